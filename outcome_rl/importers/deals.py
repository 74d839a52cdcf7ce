"""When a deal was made, beside emails as rows: a CRM joins it to everything of a person, and it says who was won."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..text.quoted import quote
from .layouts import Layout, Shape
from .meanings import Form, Meaning, OutcomeRule
from .outcome_names import is_of_the_past
from .profiles import Profile
from .role_names import spaced

_MADE = re.compile(
    r"\b(?:deal|opportunity|opp)s?\b.*\b(?:created?|createdate|creation|made|opened)\b"
    r"|\b(?:created?|createdate|creation) (?:date|day|time|at|on)?.*\b(?:deal|opportunity)\b"
    r"|\blast meeting booked\b|\bmeeting booked (?:at|on|date)\b"
)
"""What a column is called that says when a deal was made or a meeting booked."""
_WON = re.compile(
    r"\b(?:clos(?:ed?|ing) (?:won )?(?:date|day|at|on|time)|closedate|date (?:closed|won)|won (?:date|at|on)"
    r"|(?:deal|opportunity) (?:closed|won|signed)(?: (?:date|at|on))?|(?:gewonnen|abgeschlossen|unterschrieben) am"
    r"|abschlussdatum|kunde seit|customer since|date de (?:clôture|signature)|fecha de cierre|data (?:di )?chiusura)\b"
)
"""What a column is called that says when a deal was closed; of those that are still open, when it is to be."""
_MEETING = re.compile(
    r"\b(?:meetings?|demos?|calls?|appointments?|book(?:ed|ing)s?|termin\w*|rdv|rendez vous|réunion\w*|citas?"
    r"|reuni(?:ón|ões|ão)|appuntament\w+|riunion\w+|afspra\w+|gebucht)\b"
)
_STAGE = re.compile(r"\b(?:deal ?stage|deal status|(?:opportunity|opp) (?:stage|status))\b|^stage name$")


def with_deals(layout: Layout, profiles: Sequence[Profile]) -> Layout:
    """The layout of emails and answers with the day on which a deal with the recipient was made: it is an answer to
    the last email before it, and none to emails after it. A stage without a day is warned of, as the deal may be older
    than the emails.
    """
    if layout.shape is not Shape.MESSAGES:
        return layout
    used = {*layout.columns.values(), *(rule.column for rule in layout.rules)}
    free = [each for each in profiles if each.name not in used and each.filled]
    dated = [each for each in free if each.dates > 0.8 and _MADE.search(spaced(each.name))]
    dated = [each for each in dated if not is_of_the_past(each.name)]
    if not dated:
        stages = [each.name for each in free if each.few and _STAGE.search(spaced(each.name))]
        return replace(layout, warnings=(*layout.warnings, *map(_without_day, stages[:1])))
    rules = tuple(_rule(each) for each in dated)
    context = {part: name for part, name in layout.context.items() if name not in {each.name for each in dated}}
    return replace(layout, rules=(*layout.rules, *rules), context=context)


def with_day_of_win(layout: Layout, profiles: Sequence[Profile]) -> Layout:
    """The layout with the column that says when somebody was won whom a word or a flag beside it calls so."""
    dated = [each.name for each in profiles if each.filled and each.dates > 0.8 and _WON.search(spaced(each.name))]
    dated = [name for name in dated if not is_of_the_past(name)]
    if layout.shape not in (Shape.SENDS, Shape.LEADS) or not dated:
        return layout
    context = {part: name for part, name in layout.context.items() if name != dated[0]}
    return replace(layout, won_at=dated[0], context=context)


def tells_a_meeting(rule: OutcomeRule, cell: str) -> bool:
    """Whether a conversion is a meeting, which may be long before the day on which a deal is, or is to be, closed."""
    return _MEETING.search(spaced(f"{rule.column} {cell}" if rule.form is Form.WORD else rule.column)) is not None


def _rule(profile: Profile) -> OutcomeRule:
    told = "a deal or a meeting after an email counts as a conversion of the last email before it"
    reason = f"called '{profile.name}', holds dates: {told}"
    return OutcomeRule(profile.name, Form.DATE, Meaning.CONVERSION, lead=True, of_person=True, reason=reason)


def _without_day(name: str) -> str:
    return (
        f"{quote(name)} tells of deals and was not used, as no column says when they were made: they may be "
        "older than the emails. Add the deal's create date to the export"
    )
