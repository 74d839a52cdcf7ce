"""What only several columns of a table together tell: looked up in its first rows, once each column has its role."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..text.quoted import quote, quote_some
from .addresses import first_address
from .dates import is_nothing, parse_date
from .fold import PERSON
from .guess_outcomes import rules_beside
from .layouts import Layout, Question, Shape
from .meanings import Form, Meaning, OutcomeRule, Signal, flag_value, known_word
from .outcome_names import came_to_nothing, said_by_name, says_no_outcome
from .profiles import Profile
from .role_names import ROLE_NAMES, spaced
from .state_columns import may_be_a_state
from .templates import step_number

_PEOPLE = (
    *("contact", "contact name", "lead name", "prospect name", "recipient", "recipient name", "full name", "name"),
    *("ansprechpartner", "empfänger", "destinataire", "destinatario", "contacto"),
)
FEWEST_PEOPLE = 3
"""Recipients with several rows that a judgement needs."""
CHANCE = 0.05
"""That so many rows would all be of people who answered."""

Rows = Sequence[Sequence[str]]


def look_beside(layout: Layout, profiles: Sequence[Profile], rows: Rows, said: bool = False) -> Layout:
    """The layout of a table of no known tool with what its columns tell together; ``said``: a person has named the
    columns of the outcome, so that nothing is asked about others.
    """
    if layout.shape is not Shape.SENDS or layout.each_row:
        return layout
    layout = _with_people(layout, profiles, rows)
    told, more = _unused(layout, profiles, rows)
    asked = layout.questions if said else (*layout.questions, *_doubts(layout, profiles, rows), *more)
    warnings = (*layout.warnings, *_unread_days(layout, profiles), *told)
    return replace(_stamped(layout, profiles, rows), warnings=warnings, questions=asked)


def _cells(layout: Layout, profiles: Sequence[Profile], role: str, rows: Rows) -> list[str]:
    names = [profile.name for profile in profiles]
    column = layout.columns.get(role) or layout.context.get(role, "")
    return [row[names.index(column)] for row in rows] if column in names else [""] * len(rows)


def _with_people(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Layout:
    """Names as recipients where no address is there: if nobody has one step twice, the rows are steps to them."""
    if "recipient" in layout.columns or "step" not in layout.columns:
        return layout
    steps = [step_number(cell) for cell in _cells(layout, profiles, "step", rows)]
    companies = _cells(layout, profiles, "company", rows)
    taken = {*layout.columns.values(), *(rule.column for rule in layout.rules)} - {layout.columns.get("name", "")}
    for place, profile in enumerate(profiles):
        if spaced(profile.name) not in _PEOPLE or profile.name in taken or profile.words > 4:
            continue
        whose = [row[place].strip().lower() for row in rows]
        met = [each for each in zip(whose, companies, steps, strict=True) if each[0] and each[2] is not None]
        several = len(met) - len({each[:2] for each in met})
        if several >= FEWEST_PEOPLE and len(set(met)) == len(met):
            reason = f"called '{profile.name}', and nobody in it has a step twice"
            return replace(
                layout,
                columns={"name": profile.name, **layout.columns, "recipient": profile.name},
                context={part: name for part, name in layout.context.items() if name != profile.name},
                reasons={**layout.reasons, "recipient": reason},
            )
    return layout


def _stamped(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Layout:
    """Columns that say the same on every row of a recipient are said of the recipient: an answer counts once."""
    if "recipient" not in layout.columns:
        return layout
    several = [group for group in rows_of_people(layout, profiles, rows, apart=True) if len(group) > 1]
    names = [profile.name for profile in profiles]
    rules = tuple(_lead_if_stamped(rule, names.index(rule.column), several) for rule in layout.rules)
    return replace(layout, rules=rules)


def rows_of_people(layout: Layout, profiles: Sequence[Profile], rows: Rows, apart: bool = False) -> list[Rows]:
    """The rows of each recipient; ``apart``: in each campaign."""
    cells = _cells(layout, profiles, "recipient", rows)
    campaigns = _cells(layout, profiles, "campaign" if apart else "", rows)
    groups: dict[tuple[str, str], list[Sequence[str]]] = defaultdict(list)
    for cell, campaign, row in zip(cells, campaigns, rows, strict=True):
        if whose := first_address(cell) or cell.strip().lower():
            groups[whose, campaign].append(row)
    return list(groups.values())


def with_own_conversions(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Layout:
    """A known tool's layout with the columns of who was won that somebody has added, as "Meeting booked"."""
    if layout.shape not in (Shape.SENDS, Shape.LEADS) or layout.each_row:
        return layout
    used = {*layout.columns.values(), *(rule.column for rule in layout.rules)}
    own = [rule for rule in rules_beside(profiles, "") if rule.meaning is Meaning.CONVERSION]
    found = tuple(rule for rule in own if rule.column not in used)
    if not found:
        return layout
    stamped = any(rule.lead for rule in layout.rules)
    found = tuple(replace(rule, lead=stamped) for rule in found)
    added = _stamped(replace(layout, rules=found), profiles, rows).rules
    context = {part: name for part, name in layout.context.items() if name not in {rule.column for rule in found}}
    return replace(layout, rules=(*added, *layout.rules), context=context)


def _lead_if_stamped(rule: OutcomeRule, place: int, several: Sequence[Rows]) -> OutcomeRule:
    if rule.lead or rule.only_values or rule.form is Form.DATE:
        return rule
    answered = 0
    for group in several:
        said = {row[place].strip() for row in group}
        if len(said) > 1:
            return rule
        signal = rule.read(said.pop(), {})
        answered += isinstance(signal, Signal) and signal.meaning in PERSON
    if answered < FEWEST_PEOPLE:
        return rule
    told = "says the same on every row of a recipient, so an answer counts once, for the last email"
    return replace(rule, lead=True, reason=f"{rule.reason}; {told}")


def _answered(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> list[bool]:
    """Whether the outcome's columns say of each row that somebody answered."""
    names = [profile.name for profile in profiles]
    rules = [(rule, names.index(rule.column)) for rule in layout.rules if not rule.only_values]
    return [any(_answers(rule, row[place]) for rule, place in rules) for row in rows]


def _told_by(layout: Layout) -> str:
    return ",".join(dict.fromkeys(rule.column for rule in layout.rules if not rule.only_values))


def _doubts(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Iterator[Question]:
    """Columns that may say who was won, by their names, and do by their cells: yes only where somebody answered."""
    answered = _answered(layout, profiles, rows)
    if not any(answered):
        return
    names = [profile.name for profile in profiles]
    asked = {name for question in layout.questions for choice in question.choices for name in choice.split(",")}
    for rule in layout.doubtful:
        if rule.column in asked:
            continue
        place = names.index(rule.column)
        yes = [told for told, row in zip(answered, rows, strict=True) if _answers(rule, row[place])]
        if rule.meaning is Meaning.CONVERSION and yes and all(yes):
            known = _told_by(layout)
            text = (
                f"Does a yes in '{rule.column}' mean that somebody was won? Then the outcome columns are "
                f"'{known},{rule.column}', else '{known}'."
            )
            yield Question("outcome column", text, len(yes), choices=(known, f"{known},{rule.column}"))


def _unread_days(layout: Layout, profiles: Sequence[Profile]) -> Iterator[str]:
    """Columns that are called the day of sending and hold something else, where no other tells it."""
    taken = {*layout.columns.values(), *layout.context.values(), *(rule.column for rule in layout.rules)}
    for each in profiles if "sent_at" not in layout.columns else ():
        numbers = any(sign.isdigit() for value in each.values for sign in value) and each.numbers < 1
        if spaced(each.name) in ROLE_NAMES["sent_at"] and each.name not in taken and numbers and each.flags < 1:
            shown = quote(each.values[0], 40)
            yield f"'{each.name}' was not used: {shown} is no date that can be read; write it as 2024-04-15 09:30"


def _unused(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> tuple[list[str], list[Question]]:
    """(warnings, questions) about columns that say yes only where somebody answered, though nothing was made of them;
    what is called by customers and orders, or says by its words that they were won, is asked about.
    """
    answered, warnings, questions = _answered(layout, profiles, rows), list[str](), list[Question]()
    rate = sum(answered) / len(rows) if rows else 0.0
    if not 0 < rate < 1:
        return [], []
    taken = {*layout.columns.values(), *layout.context.values()} - {each.name for each in profiles if _are_sums(each)}
    taken |= {rule.column for rule in (*layout.rules, *layout.doubtful)}
    for profile in profiles:
        if profile.name not in taken and (filled := _is_won_in_other_words(profile)):
            warnings.append(
                f"'{profile.name}' is filled in {filled} rows and was not used, as it holds neither yes and no nor "
                "dates; if it means that they were won, write yes and no into it"
            )
            taken.add(profile.name)
    for place, profile in enumerate(profiles):
        flagged = profile.flags == 1 or profile.dates > 0.8 or _are_sums(profile)
        if profile.name in taken or came_to_nothing(profile.name) or (flagged and says_no_outcome(profile.name)):
            continue
        yes = [told for told, row in zip(answered, rows, strict=True) if _is_yes(row[place], profile)]
        if len(yes) < FEWEST_PEOPLE or not all(yes) or rate ** len(yes) >= CHANCE:
            continue
        known = _told_by(layout)
        if not flagged or _OF_A_SALE.search(spaced(profile.name)):
            words = [] if flagged else [value for value in profile.values if _is_yes(value, profile)]
            questions.append(_are_they_won(profile.name, words, len(yes), known))
        else:
            warnings.append(
                f"'{profile.name}' says yes in {len(yes)} rows, all of people who answered, and was not used; if it "
                f"means that they were won, name it too: the outcome columns are then '{known},{profile.name}'"
            )
    return warnings, questions


_OF_A_SALE = re.compile(
    r"\b(?:customers?|clients?|kundin|kunden?|deals?|orders?|order(?:ed|ing)|bestell\w*|auftr[aä]g\w*|closed|trials?|subscri\w*"
    r"|contracts?|vertr[aä]g\w*|umsatz|buchung\w*|clientes?|pedidos?|commandes?|contrats?|ordini?|bestelling\w*)\b"
)
"""What a column may be called that says who was won, though it may also say what was so before."""


def _are_they_won(column: str, words: Sequence[str], rows: int, known: str) -> Question:
    says = quote_some(words, 6) if words else "yes"
    text = (
        f"'{column}' says {says} in {rows} rows, all of people who answered. If it means that they were won, the "
        f"outcome columns are '{known},{column}', else '{known}'."
    )
    return Question("outcome column", text, rows, choices=(known, f"{known},{column}"))


def _are_sums(profile: Profile) -> bool:
    """Whether a column holds sums of sales."""
    return profile.numbers == 1 and profile.flags < 1 and _OF_A_SALE.search(spaced(profile.name)) is not None


def _is_won_in_other_words(profile: Profile) -> int:
    """In how many rows a column that is called by a sale or a meeting and nothing else says neither yes nor no."""
    said = said_by_name(profile.name)
    won = said is not None and said.meaning is Meaning.CONVERSION and said.plain
    told = profile.flags == 1 or profile.dates > 0.8 or profile.numbers == 1
    return profile.filled if won and not told and not re.search(r"\bsales\b", spaced(profile.name)) else 0


def _answers(rule: OutcomeRule, cell: str) -> bool:
    said = rule.read(cell, {})
    return isinstance(said, Signal) and said.meaning in PERSON


def _is_yes(cell: str, profile: Profile) -> bool:
    if profile.flags == 1:
        return flag_value(cell) is True
    if _are_sums(profile):
        return not is_nothing(cell) and any(sign in "123456789" for sign in cell)
    if profile.dates > 0.8:
        return not is_nothing(cell) and parse_date(cell) is not None
    words = profile.few and not may_be_a_state(profile)  # of states each word is looked at
    return words and known_word(cell, codes=False) is Meaning.CONVERSION


def counts_many(profiles: Sequence[Profile], rules: Sequence[OutcomeRule]) -> str:
    """The column that says how many emails each row counts, in a table of figures by template; ``""`` else."""
    if not any(rule.form is Form.COUNT for rule in rules) or any(each.addresses > 0.8 for each in profiles):
        return ""
    named: Mapping[str, Profile] = {spaced(each.name): each for each in profiles if each.numbers == 1}
    for name in _SENDS:
        if name in named and _middle(named[name]) >= FEWEST_IN_A_ROW:
            return named[name].name
    return ""


_SENDS = (
    *("sent", "sends", "emails sent", "sent emails", "total sent", "delivered", "emails delivered", "recipients"),
    *("contacted", "emails", "messages sent", "sent count", "number sent", "versendet", "gesendet", "envoyés"),
    *("enviados", "inviate", "verzonden", "wysłane", "audience", "volume", "people", "prospects", "leads contacted"),
)
FEWEST_IN_A_ROW = 10
"""Emails that a row of figures counts at the least: a person gets fewer."""


def _middle(profile: Profile) -> float:
    numbers = sorted(float(value.replace(",", ".")) for value in profile.values)
    return numbers[len(numbers) // 2] if numbers else 0.0
