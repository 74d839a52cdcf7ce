"""A layout for a table of no known tool: each column is proposed with a reason, or asked for, never assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .beside import counts_many
from .context import context_columns
from .event_words import EVENT_WORDS
from .guess_outcomes import chosen_rules, guess_outcomes
from .layouts import ExportAdapter, Layout, Question, Shape, layout_of
from .meanings import Form, OutcomeRule, word_key
from .name_fillers import FILLERS
from .named_columns import chosen_columns, outcome_columns
from .people import NAME_ROLES
from .profiles import Profile
from .role_names import EMAIL_NAMES, OURS, ROLE_NAMES, SENDERS, VAGUE_DATES, spaced

_ANSWER_TEXT = re.compile(
    r"\b(?:received|reply|replied|response|answer|incoming|inbound|antwort|empfangen|quoted|note|notes|comment|last)\b"
)
_OUT_WORDS = {"outgoing", "outbound", "out", "sent", "ausgehend"}
_IN_WORDS = {"incoming", "inbound", "in", "received", "eingehend", "reply"}


UNDATED = (
    "The rows are mail in both directions, but no column says when each was sent, so an answer cannot be told from "
    "what it answers. Export them with the date, or as mbox; or say which column says what came of each email."
)
_SENDING = re.compile(
    r"\b(?:sent|send|sending|sends|gesendet|versand\w*|versendet|verschickt|envoi|envoyée?|env[ií]o"
    r"|enviad[oa]|inviat[oa]|invio|verzend\w*|verzonden|wysłan\w*|wysyłki|skickad\w*|sendt|odesl\w*|отправ\w*)\b"
)
_NO_EMAILS = frozenset(("contract", "order", "product", "trial", "deal", "deals", "sample"))
MOST_WORDS_OF_A_NAME = 4
"""Of the cells of a column of names on average; in Salesforce's export "Name" is the subject."""
MOST_BLANK = 0.1
"""Share of rows without a text from which on another full column is asked about: answers are blank where none came."""


def guess_layout(
    profiles: Sequence[Profile], events: ExportAdapter, named: bool = True, chosen: Mapping[str, str] | None = None
) -> Layout:
    """How to read a table that no adapter knows.

    Args:
        profiles: of its columns, in their order.
        events: the adapter of event rows, taken where a column holds words for events.
        named: whether the table has a header.
        chosen: what a person said of columns, role to name; it comes before any guess.

    Raises:
        ConfigError: a chosen column is not there.
    """
    header = [profile.name for profile in profiles]
    said = chosen_columns(header, chosen or {})
    layout = layout_of(events, header, "")
    if not said and _is_event_table(layout, profiles):
        return _event_layout(layout)
    found = _Found(dict(said), dict.fromkeys(said, "you said so"))
    ladder = outcome_columns(header, (chosen or {}).get("outcome", ""))
    outcomes = guess_outcomes([each for each in profiles if each.name not in said.values()], named)
    rules = chosen_rules(profiles, ladder) if ladder else outcomes.rules
    found.taken = {*said.values(), *(rule.column for rule in rules)}
    _find_roles(profiles, named, found)
    both_ways = not rules and _go_both_ways(profiles, found.columns)
    directions = _directions(profiles, found.columns)
    mail = both_ways or bool(directions and not rules and "recipient" in found.columns)
    if mail and "sent_at" not in found.columns:
        dated = [each for each in profiles if each.dates > 0.8 and each.name not in found.taken]
        for each in dated if len(dated) == 1 else ():
            found.add("sent_at", each.name, f"called '{each.name}', the only column of dates")
    timed = "sent_at" in found.columns
    if not ladder and not (timed and mail):
        undated = UNDATED if mail else ""
        found.questions += _outcome_questions(rules, outcomes.remarks, header, undated)
    if not ladder and (many := counts_many(profiles, rules)):
        found.questions.append(_figures(many, header))
    context = {"context": said["context"]} if "context" in said else _context(profiles, found.taken, named)
    return Layout(
        tool="generic",
        title="a table of no known tool",
        shape=Shape.MESSAGES if directions or both_ways else Shape.SENDS,
        why="no tool that is known here writes such a table, so the columns were told by their names and contents",
        columns={role: name for role, name in found.columns.items() if role not in ("outcome", "context")},
        rules=rules,
        context=context,
        reasons={**found.reasons, **{f"context: {part}": f"called '{name}'" for part, name in context.items()}},
        directions=directions,
        note="; ".join(outcomes.remarks),
        doubtful=() if ladder else outcomes.doubtful,
        questions=tuple(found.questions),
    )


@dataclass
class _Found:
    """What was found of a table so far."""

    columns: dict[str, str]
    reasons: dict[str, str]
    taken: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)

    def add(self, role: str, name: str, reason: str) -> None:
        if role not in self.columns and name not in self.taken:
            self.columns[role], self.reasons[role] = name, reason
            self.taken.add(name)


def _find_roles(profiles: Sequence[Profile], named: bool, found: _Found) -> None:
    """The columns of all roles but the outcome's and the context's."""
    days = [each for each in profiles if named and each.name not in found.taken and _is_day_of_sending(each)]
    for role, name, reason in _roles(profiles, found.taken, named):
        if role != "sent_at" or not days or spaced(name) not in VAGUE_DATES:  # "when" they answered, it may be
            found.add(role, name, reason)
    days = [each for each in days if each.name not in found.taken]
    if len(days) == 1:
        found.add("sent_at", days[0].name, f"called '{days[0].name}', holds dates")
    if "text" not in found.columns:
        text, reason, question = _text_column(profiles, found.taken, named)
        if text:
            found.add("text", text, reason)
        found.questions += [question] if question else []


def _is_day_of_sending(profile: Profile) -> bool:
    """Whether it holds dates and its name says that something was sent, and of nothing but emails."""
    name = spaced(profile.name)
    if profile.dates <= 0.8 or not _SENDING.search(name) or _ANSWER_TEXT.search(name):
        return False
    rest = re.findall(r"[^\W\d_]{3,}", _SENDING.sub(" ", name))
    return FILLERS.issuperset(rest) and _NO_EMAILS.isdisjoint(rest)


def _roles(profiles: Sequence[Profile], taken: set[str], named: bool) -> list[tuple[str, str, str]]:
    """(role, column, reason) of what can be told by a name or by addresses; the surest name first."""
    found = []
    by_name = {spaced(profile.name): profile for profile in reversed(profiles) if profile.name not in taken}
    for role, wanted in ROLE_NAMES.items():
        for name in wanted if named else ():
            profile = by_name.get(name)
            if profile and _suits(role, profile):
                found.append((role, profile.name, f"called '{profile.name}'"))
                break
    addresses = [each for each in profiles if each.addresses > 0.8 and each.name not in taken]
    others = [each for each in addresses if not OURS.search(spaced(each.name))]
    if others:  # where several hold addresses, the sender's own accounts are the fewer
        whose = max(others, key=lambda each: len(each.values))
        found.append(("recipient", whose.name, f"called '{whose.name}', holds addresses"))
    own = [each for each in addresses if SENDERS.search(spaced(each.name))]
    if own:
        found.append(("sender", own[0].name, f"called '{own[0].name}', holds addresses"))
    return found


def roles_by_name(profiles: Sequence[Profile], taken: set[str]) -> list[tuple[str, str, str]]:
    """(role, column, reason) of what the usual names tell of a known tool's table; no column's contents alone do."""
    found = [each for each in _roles(profiles, taken, True) if each[0] != "sender"]
    found = [each for each in found if each[0] != "sent_at" or spaced(each[1]) not in VAGUE_DATES]
    text, reason, _ = _text_column(profiles, taken | {name for _, name, _ in found}, True, by_length=False)
    return [*found, *([("text", text, reason)] if text else [])]


MOST_WORDS_OF_NOTE = 25
"""Words of a note on average; longer ones are emails or talks."""


def _suits(role: str, profile: Profile) -> bool:
    if role in ("sent_at", "state_at"):
        return profile.dates > 0.8
    if role in ("step", "variant", "campaign", "template"):
        return profile.filled > 0 and profile.words <= 12
    if role == "answer":
        return profile.words >= 2 and profile.dates < 0.5
    if role == "note":
        return 1.5 <= profile.words <= MOST_WORDS_OF_NOTE and profile.dates < 0.5 and not profile.flags
    if role == "subject":
        return profile.filled > 0
    return profile.addresses < 0.2 and not (role in NAME_ROLES and profile.words > MOST_WORDS_OF_A_NAME)


def _text_column(
    profiles: Sequence[Profile], taken: set[str], named: bool, by_length: bool = True
) -> tuple[str, str, Question | None]:
    """(the column of what was sent, why, or else a question); ``by_length``: the longest texts are the emails."""
    may = [
        each
        for each in profiles
        if each.name not in taken and each.filled and each.addresses < 0.5 and each.links < 0.5 and each.dates < 0.5
        and each.numbers < 0.5 and not _is_json(each)
    ]  # fmt: skip
    for name in EMAIL_NAMES if named else ():
        called = [each for each in may if _called(each.name) == name and each.words >= 2]
        if len(called) > 1 and called[0].values != called[1].values:
            return "", "", _which([each.name for each in called])
        if called:
            fuller = [each for each in may if each.words >= 12 and each.blank < called[0].blank / 4]
            if named and fuller and called[0].blank > MOST_BLANK * (called[0].blank + called[0].filled):
                return "", "", _which([called[0].name, *(each.name for each in fuller)])
            return called[0].name, f"called '{called[0].name}', {called[0].words:.0f} words on average", None
    if not by_length:
        return "", "", None
    long = sorted((each for each in may if each.words >= (12 if named else 4)), key=lambda each: -each.words)
    sent = [each for each in long if not _ANSWER_TEXT.search(spaced(each.name))]
    if named and len(sent) > 1 and sent[1].words > sent[0].words / 3:
        return "", "", _which([each.name for each in sent[:4]])
    if sent:
        reason = f"the column with the longest texts, {sent[0].words:.0f} words on average"
        return sent[0].name, reason, None
    return "", "", None


def _is_json(profile: Profile) -> bool:
    return bool(profile.values) and all(value[:1] in "{[" and value[-1:] in "}]" for value in profile.values)


def _called(name: str) -> str:
    """A column's name without the number of a twin; ``E-mail text`` is ``email text``."""
    return re.sub(r"^e mail\b", "email", re.sub(r" \(\d+\)$", "", spaced(name)))


def _which(names: Sequence[str]) -> Question:
    shown = ", ".join(f"'{name}'" for name in names)
    return Question("email column", f"Which column holds the email as it was sent: {shown}?", choices=tuple(names))


def _outcome_questions(
    rules: Sequence[OutcomeRule], remarks: Sequence[str], header: Sequence[str], undated: str
) -> list[Question]:
    if any(not rule.only_values and rule.meaning.value in ("reply", "conversion", "not interested") for rule in rules):
        return []
    said = f" ({'; '.join(remarks)})" if remarks else ""
    text = undated or f"Which column says what came of each email?{said}"
    return [Question("outcome column", text, choices=tuple(header[:30]))]


def _figures(many: str, header: Sequence[str]) -> Question:
    text = (
        f"Each row counts many emails ('{many}'): these are figures of templates, not what came of each email. Export "
        "a row for each recipient, or say which column holds the outcome of one email."
    )
    return Question("outcome column", text, choices=tuple(header[:30]))


def _context(profiles: Sequence[Profile], taken: set[str], named: bool) -> dict[str, str]:
    if named:  # a yes or no describes nobody, and "Customer: yes" may be what came of the email
        return context_columns([each.name for each in profiles if each.name not in taken and not _is_yes_or_no(each)])
    rest = [each for each in profiles if each.name not in taken and each.words >= 1.5 and each.addresses < 0.5]
    return {"context": rest[0].name} if rest else {}


def _is_yes_or_no(profile: Profile) -> bool:
    return profile.filled > 0 and profile.flags == 1


def _directions(profiles: Sequence[Profile], columns: dict[str, str]) -> dict[str, str]:
    """The words of a column that says which way a message went; it is put into ``columns``."""
    for profile in profiles:
        words = profile.keys
        named = spaced(profile.name) in ("direction", "type", "kind", "message type", "richtung")
        if named and words & _OUT_WORDS and words & _IN_WORDS and words <= _OUT_WORDS | _IN_WORDS:
            columns["direction"] = profile.name
            return {word_key(word): "out" if word in _OUT_WORDS else "in" for word in words}
    return {}


def _go_both_ways(profiles: Sequence[Profile], columns: Mapping[str, str]) -> bool:
    """Whether somebody who sends is written to as well: then the rows are mail in both directions, answers too."""
    if not {"sender", "recipient", "text"} <= columns.keys():
        return False
    keys = {each.name: each.keys for each in profiles}
    return bool(keys[columns["sender"]] & keys[columns["recipient"]])


def _is_event_table(layout: Layout, profiles: Sequence[Profile]) -> bool:
    """Whether a column holds words for events and another whose they are, and no column holds an outcome."""
    event = next((each for each in profiles if each.name == layout.columns.get("event")), None)
    if event is None or "recipient" not in layout.columns or not event.few:
        return False
    words = {part for key in event.keys for part in key.split()}
    return len(words & EVENT_WORDS) >= 2 and not any(spaced(each.name) == "outcome" for each in profiles)


def _event_layout(layout: Layout) -> Layout:
    event = layout.columns["event"]
    why = f"column '{event}' holds events, one a row, and '{layout.columns['recipient']}' says whose"
    rule = OutcomeRule(event, Form.WORD, lead=True, reason=f"called '{event}', holds events")
    return replace(layout, why=why, rules=(rule,))
