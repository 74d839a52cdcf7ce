"""Which columns of an unknown table tell the outcome, and how: wary, with a reason for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .dates import parse_date
from .meanings import Form, Meaning, OutcomeRule, flag_value, is_flag, known_word
from .outcome_names import PLAIN_NAMES, SENT_NAMES, STATE_NAMES, said_by_name, says_no_outcome
from .places import is_called_state, is_place
from .profiles import Profile
from .role_names import spaced
from .sayings import read_saying
from .state_columns import state_columns, state_rule, way_beside
from .yes_no import NO_WORDS, YES_WORDS

_COUNTS = re.compile(
    r"\b(?:count|counts|number|num|nr|no of|total|times|anzahl|replies|responses|answers|meetings|emails"
    r"|antworten|termine|réponses|respuestas|reuniones|respostas|reuniões|risposte|antwoorden|afspraken|odpowiedzi|spotkania)\b|#"
)
_TIMES = re.compile(r"\b(?:at|date|time|timestamp|on|when|datum|day)\b")
_LETTERS = {frozenset(pair): (pair[0], pair[1]) for pair in ("yn", "on", "jn", "sn", "tn", "an", "in", "eh", "дн")}
"""Yes and no by a letter: oui, ja, sí, tak, ano, igen, evet, да."""
FEWEST_TOLD = 1 / 3
"""Share of the commonest notes in a column of somebody's own words that tell what came of an email."""
LONGEST_NOTES = 8
"""Words of such notes on average."""
_STOPS = (Meaning.BOUNCED, Meaning.UNSENT, Meaning.BLOCKED)
MOST_ANSWERS = 1000
"""A column with greater numbers counts no answers."""


@dataclass(frozen=True)
class OutcomeGuess:
    """The rules found, and what is to be said of columns that look like outcomes and are not."""

    rules: tuple[OutcomeRule, ...]
    remarks: tuple[str, ...] = ()
    doubtful: tuple[OutcomeRule, ...] = ()
    """Of columns whose names hold a reply or a sale and something else, as "Meeting proposed"; not among the rules."""


def guess_outcomes(profiles: Sequence[Profile], named: bool = True) -> OutcomeGuess:
    """The columns that tell the outcome; several are a ladder: a meeting, else a reply, else none.

    ``named`` is False where the table has no header and only the words can tell.
    """
    if not named:
        return _by_words_alone(profiles)
    plain = _plain(profiles)
    if plain:
        twin = next((each for each in profiles if each.name == f"{plain.column} (2)"), None)
        if twin and twin.values != next(each for each in profiles if each.name == plain.column).values:
            return OutcomeGuess((), (f"two columns are called '{plain.column}' and say different things",))
        return OutcomeGuess(_with_beside(plain, profiles))
    twice = _differ(profiles)
    if twice:
        return OutcomeGuess((), (f"two columns are called '{twice}' and say different things",))
    named_so = [rule for profile in profiles if (rule := _by_meaning(profile)) is not None]
    doubtful = tuple(rule for rule in named_so if not _is_plainly_said(rule))
    ladder = [rule for rule in named_so if rule not in doubtful]
    remarks = [f"column '{rule.column}' was left aside: its name may say something else" for rule in doubtful]
    told = {rule.meaning for rule in ladder} & {Meaning.REPLY, Meaning.CONVERSION}
    names = [profile.name for profile in profiles]
    places = {each.name for each in profiles if is_called_state(each.name) and is_place(each.name, names, each.values)}
    states = state_columns(profiles, {*places, *(rule.column for rule in ladder)})
    for profile in states:
        rule, remark = state_rule(profile, bool(told))
        remarks += [remark] if remark else []
        if rule:
            ladder.append(rule)
            if not rule.only_values:
                break
    used = {rule.column for rule in ladder}
    ladder += [rule for profile in states if profile.name not in used and (rule := way_beside(profile))]
    if not any(not rule.only_values for rule in ladder) and (rule := _by_most_words(profiles)):
        ladder.append(rule)
    if any(rule.form is Form.WORD and not rule.only_values for rule in ladder) and len(ladder) > 1:
        ladder = [replace(rule, ask_blank=False) for rule in ladder]
    return OutcomeGuess(tuple(ladder), tuple(remarks), doubtful)


def _is_plainly_said(rule: OutcomeRule) -> bool:
    said = said_by_name(rule.column)
    if said is None or rule.meaning not in (Meaning.REPLY, Meaning.CONVERSION):
        return True
    trade = rule.form is Form.FLAG and re.search(r"\bsales\b", spaced(rule.column))
    return said.plain and not trade  # "Sales: yes" is a department


def _differ(profiles: Sequence[Profile]) -> str:
    """A name that two columns of outcomes have, which say different things; ``""`` where there is none."""
    values = {each.name: each.values for each in profiles if said_by_name(each.name)}
    return next((name for name, held in values.items() if values.get(f"{name} (2)", held) != held), "")


def outcome_rule(profile: Profile) -> OutcomeRule:
    """How to read the column that a person says is the outcome."""
    rule = _by_meaning(profile) if profile.few or profile.dates > 0.8 else None
    if rule:
        return rule
    no_outcome = says_no_outcome(profile.name) and not is_plainly_named(profile.name)
    ask_yes = no_outcome or not (is_plainly_named(profile.name) or spaced(profile.name) in STATE_NAMES)
    return OutcomeRule(
        profile.name, Form.WORD, ask_blank=True, ask_yes=ask_yes, codes=not no_outcome, reason="you said so"
    )


def chosen_rules(profiles: Sequence[Profile], names: Sequence[str]) -> tuple[OutcomeRule, ...]:
    """How to read the columns that a person chose; of several an empty cell says nothing, the others may tell."""
    chosen = [next(each for each in profiles if each.name == name) for name in names]
    rules = [outcome_rule(each) for each in chosen]
    if len(rules) == 1:
        return tuple(rules)
    replied = any(
        rule.meaning is Meaning.REPLY and (said_by_name(rule.column) or _is_of_labels(rule)) for rule in rules
    )
    found = []
    for rule, profile in zip(rules, chosen, strict=True):
        unnamed = said_by_name(profile.name) is None and not says_no_outcome(profile.name) and not _is_of_labels(rule)
        if replied and unnamed and (profile.flags == 1 or profile.dates > 0.8 or profile.numbers == 1):
            rule = _won_beside(profile)
        found.append(replace(rule, ask_blank=False))
    return tuple(found)


def _is_of_labels(rule: OutcomeRule) -> bool:
    """Whether a column is called outcome, status or the like."""
    return is_plainly_named(rule.column) or spaced(rule.column) in STATE_NAMES


def _won_beside(profile: Profile) -> OutcomeRule:
    """A yes or no, a date, or a sum that a person names beside a column of replies: the next step of the ladder."""
    form = Form.FLAG if profile.flags == 1 else Form.DATE if profile.dates > 0.8 else Form.COUNT
    return OutcomeRule(profile.name, form, Meaning.CONVERSION, reason="you named it beside the replies")


def rules_beside(profiles: Sequence[Profile], outcome: str) -> list[OutcomeRule]:
    """Other columns that say by their names what happened: dates, counts, yes or no."""
    rules = [rule for each in profiles if each.name.lower() != outcome.lower() and (rule := _by_meaning(each))]
    return [
        rule
        for rule in rules
        if rule.form is not Form.WORD and rule.meaning in (Meaning.REPLY, Meaning.CONVERSION) and _is_plainly_said(rule)
    ]


def _with_beside(plain: OutcomeRule, profiles: Sequence[Profile]) -> tuple[OutcomeRule, ...]:
    """The column of labels, and what a tool's own columns beside it say: that an email bounced, always; that somebody
    answered, where the seller wrote no label.
    """
    blank = next(each for each in profiles if each.name == plain.column).blank > 0
    found = []
    for profile in profiles:
        rule = _by_meaning(profile) if profile.name != plain.column else None
        if rule is None or rule.form is Form.WORD or not _is_plainly_said(rule):
            continue
        if rule.meaning in _STOPS:
            found.append(rule)
        elif blank:
            told = f"{rule.reason}; counts where '{plain.column}' is empty"
            found.append(replace(rule, where_blank=plain.column, reason=told))
    if any(rule.where_blank and rule.meaning is Meaning.REPLY for rule in found):
        plain = replace(plain, ask_blank=False)
    return (plain, *found)


def is_plainly_named(name: str) -> bool:
    """Whether a column is called outcome, result or the like, so that what it holds are labels."""
    return spaced(name) in PLAIN_NAMES


def _plain(profiles: Sequence[Profile]) -> OutcomeRule | None:
    """The column that is called outcome, result or the like and holds categories."""
    for name in PLAIN_NAMES:
        for profile in profiles:
            if spaced(profile.name) != name or profile.dates >= 0.5:
                continue
            if _holds_notes(profile):
                reason = f"called '{profile.name}', holds notes, of which those are taken that leave no doubt"
                zero = all(key == "0" for key in profile.keys if key.lstrip("-").isdigit())
                return OutcomeRule(profile.name, Form.WORD, ask_blank=True, codes=zero, reason=reason)
            if profile.few:
                reason = f"called '{profile.name}'"
                return OutcomeRule(profile.name, Form.WORD, ask_blank=True, codes=not _large(profile), reason=reason)
    return None


def _holds_notes(profile: Profile) -> bool:
    """Whether a column holds too many different words for labels, many of which say what came of an email."""
    if profile.few or not profile.filled or profile.words > LONGEST_NOTES:
        return False
    told = [value for value in profile.values if known_word(value, codes=False) or read_saying(value)]
    return len(told) >= FEWEST_TOLD * len(profile.values)


def _by_meaning(profile: Profile) -> OutcomeRule | None:
    """A rule for a column whose name says what happened: a date when, a yes or no, or how often."""
    said = said_by_name(profile.name)
    if said is None:
        return _unsent(profile)
    name, meaning, called = profile.name, said.meaning, f"called '{profile.name}'"
    if said.negated:
        return _by_its_no(profile)
    happened = OutcomeRule(name, Form.FLAG, meaning, names_answer=meaning is Meaning.AUTOMATIC)
    if _holds_dates(profile):
        return replace(happened, form=Form.DATE, reason=f"{called}, holds dates: one means that it happened")
    counted = meaning not in (Meaning.REPLY, Meaning.CONVERSION) or _COUNTS.search(spaced(name)) is not None
    if profile.numbers == 1 and (counted or _large(profile)):
        if _most(profile) > MOST_ANSWERS:
            return None  # a sum of money, minutes, an id
        return replace(happened, form=Form.COUNT, reason=f"{called}, holds counts: from 1 on it happened")
    if profile.flags == 1 and not (counted and profile.numbers == 1):
        return replace(happened, reason=f"{called}, holds yes and no")
    if letters := _LETTERS.get(profile.keys):
        values = {letters[0]: meaning, letters[1]: Meaning.NONE}
        return OutcomeRule(name, Form.WORD, meaning, values=values, reason=f"{called}, holds yes and no by a letter")
    if not profile.few or not profile.filled or not profile.known():
        return None
    return OutcomeRule(name, Form.WORD, meaning, ask_blank=True, reason=f"{called}, holds a few words")


def _unsent(profile: Profile) -> OutcomeRule | None:
    """A rule for "Sent", whose no says that there was no email."""
    if spaced(profile.name) not in SENT_NAMES or profile.flags < 1 or profile.numbers == 1:
        return None
    reason = f"called '{profile.name}', holds yes and no"
    return OutcomeRule(profile.name, Form.FLAG, Meaning.UNSENT, negated=True, reason=reason)


def _by_its_no(profile: Profile) -> OutcomeRule | None:
    """A rule for "No reply", whose yes says that nothing came, and whose no that something did."""
    letters = _LETTERS.get(profile.keys)
    if profile.flags < 1 and not letters:
        return None
    values = {word: Meaning.NONE for word in YES_WORDS} | {word: Meaning.REPLY for word in NO_WORDS}
    if letters:
        values = {letters[0]: Meaning.NONE, letters[1]: Meaning.REPLY}
    reason = f"called '{profile.name}', so that yes means no reply and no a reply"
    return OutcomeRule(profile.name, Form.WORD, values=values, ask_blank=True, reason=reason)


def _holds_dates(profile: Profile) -> bool:
    """Whether a column holds dates, nothing, and zeros in the place of nothing."""
    if profile.dates > 0.8 or (not profile.filled and _TIMES.search(spaced(profile.name))):
        return True
    filled = [value for value in profile.values if flag_value(value) is not False and value != "0.0"]
    return bool(filled) and profile.dates > 0 and all(parse_date(value) for value in filled)


def _most(profile: Profile) -> float:
    numbers = [float(value.replace(",", ".")) for value in profile.values if re.fullmatch(r"\d+(?:[.,]\d+)?", value)]
    return max(numbers, default=0)


def _large(profile: Profile) -> bool:
    """Whether whole numbers are more than labels can be: several beyond 2, none below 0."""
    numbers = [int(key) for key in profile.keys if re.fullmatch(r"-?\d+", key)]
    return bool(numbers) and max(numbers) > 2 and min(numbers) >= 0


def _by_most_words(profiles: Sequence[Profile]) -> OutcomeRule | None:
    """The one column whose words are outcomes for the most part, whatever it is called; numbers and yes or no tell
    nothing by themselves.
    """
    found = []
    for profile in profiles:
        if not profile.few or len(profile.values) < 2 or says_no_outcome(profile.name):
            continue
        told = [known_word(value, codes=False) for value in profile.values if not is_flag(value)]
        meant = {meaning for meaning in told if meaning not in (None, Meaning.SILENT, Meaning.BOUNCED, Meaning.UNSENT)}
        share = sum(meaning is not None for meaning in told) / len(profile.values)
        if share >= 0.5 and len(meant) > 1 and meant & {Meaning.REPLY, Meaning.CONVERSION}:
            found.append(profile)
    if len(found) != 1:
        return None
    reason = f"called '{found[0].name}', most of its words are known as outcomes"
    return OutcomeRule(found[0].name, Form.WORD, ask_blank=True, reason=reason)


def _by_words_alone(profiles: Sequence[Profile]) -> OutcomeGuess:
    """Without a header: the last column whose every value is a known word of outcomes."""
    for profile in reversed(profiles):
        if profile.few and profile.known() == 1 and len(profile.values) > 1:
            if profile.flags == 1:
                return OutcomeGuess((), (f"'{profile.name}' holds yes and no, and no name says of what",))
            reason = "the only column in which every word is known as an outcome"
            return OutcomeGuess((OutcomeRule(profile.name, Form.WORD, ask_blank=True, codes=True, reason=reason),))
    return OutcomeGuess(())
