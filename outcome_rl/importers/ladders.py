"""Two columns of states of which each holds a part of the ladder: "Reply status" who answered, "Stage" who was won."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..text.quoted import quote_some
from .beside import Rows, rows_of_people
from .fold import PERSON
from .layouts import Layout
from .meanings import Form, Meaning, OutcomeRule, Signal, is_flag, known_word, word_key
from .profiles import Profile
from .state_columns import may_be_a_state, told_of_people

ENOUGH = 0.5
"""Part of those who were won by a second column that the first must call answered, for both to be of one ladder."""
MOST_SHOWN = 6


def rungs_beside(
    layout: Layout, profiles: Sequence[Profile], rows: Rows, taken: Collection[str]
) -> tuple[list[OutcomeRule], list[str]]:
    """(rules for further columns of states, some of whose words are of the ladder; warnings of columns that would be
    and say it of people who did not answer by the first one).

    A customer of last year is won whatever the email did: what a second column says counts only where the first one
    does not deny it, and mostly says that they answered.
    """
    names = [profile.name for profile in profiles]
    told = [(rule, names.index(rule.column)) for rule in layout.rules if not rule.only_values]
    people = rows_of_people(layout, profiles, rows) if "recipient" in layout.columns else [[row] for row in rows]
    rules, warnings = [], []
    for place, profile in enumerate(profiles) if told else ():
        if profile.name in taken or not may_be_a_state(profile):
            continue
        words = _rungs(profile, {rule.column: profiles[at] for rule, at in told})
        won = [group for group in people if any(word_key(row[place]) in words for row in group)]
        met = [{meaning for row in group for meaning in _said(told, row)} for group in won]
        if not met:
            continue
        shown = quote_some([value for value in profile.values if word_key(value) in words], MOST_SHOWN)
        if _are_of_one_ladder(met, words):
            before = next((rule.values for rule in layout.rules if rule.column == profile.name), {})
            rules.append(rule_of_words(profile, {**before, **words}))
        else:
            columns = ",".join(dict.fromkeys(rule.column for rule, _ in told))
            silent = sum(not said & {*PERSON} for said in met)
            warnings.append(
                f"'{profile.name}' says {shown} of {len(met)} people, {silent} of whom did not answer by '{columns}', "
                f"and was not used; if it is what came of these emails, name it too: the outcome columns are then "
                f"'{columns},{profile.name}'"
            )
    return rules, warnings


def denials_beside(layout: Layout, profiles: Sequence[Profile], rows: Rows, taken: Collection[str]) -> Iterator[str]:
    """Warnings of further columns of states that say "no reply" of people whom the first ones call answered."""
    names = [profile.name for profile in profiles]
    told = [(rule, names.index(rule.column)) for rule in layout.rules if not rule.only_values]
    for place, profile in enumerate(profiles) if told else ():
        words = {word_key(each) for each in profile.values if known_word(each, codes=False) is Meaning.NONE}
        answers = any(known_word(each, codes=False) in PERSON for each in profile.values)
        if profile.name in taken or not may_be_a_state(profile) or not words or not answers:
            continue
        denied = sum(word_key(row[place]) in words and bool(_said(told, row) & {*PERSON}) for row in rows)
        if denied:
            columns = ",".join(dict.fromkeys(rule.column for rule, _ in told))
            yield (
                f"'{profile.name}' says in {denied} rows that nobody answered, though '{columns}' says that somebody "
                f"did; '{columns}' was taken. If '{profile.name}' is right, name it as the outcome column"
            )


def _rungs(profile: Profile, first: Mapping[str, Profile]) -> dict[str, Meaning]:
    """The words of a column that say that somebody was won; that they answered only where the first columns do not."""
    known = {meaning for each in first.values() for value in each.values if (meaning := known_word(value, codes=False))}
    found = {}
    for value in profile.values:
        meaning = told_of_people(value)
        replied = known_word(value, codes=False) is Meaning.REPLY and Meaning.REPLY not in known
        if meaning is Meaning.CONVERSION or replied:
            found[word_key(value)] = meaning or Meaning.REPLY
    return found


def _said(told: Sequence[tuple[OutcomeRule, int]], row: Sequence[str]) -> set[Meaning]:
    """What the columns that were found first say of a row."""
    signals: Iterator[object] = (rule.read(row[place], {}) for rule, place in told)
    return {signal.meaning for signal in signals if isinstance(signal, Signal)}


def _are_of_one_ladder(met: Sequence[set[Meaning]], words: Mapping[str, Meaning]) -> bool:
    answered = sum(bool(said & {*PERSON}) for said in met)
    denied = any(Meaning.NONE in said and not said & {*PERSON} for said in met)
    return not denied and (answered >= ENOUGH * len(met) or Meaning.CONVERSION not in words.values())


def rule_of_words(
    profile: Profile, words: Mapping[str, Meaning], known: Mapping[str, Meaning] | None = None
) -> OutcomeRule:
    """A rule of these words of a column, by their keys, and of those ``known`` everywhere; others say nothing."""
    telling = [value for value in profile.values if word_key(value) in words]
    reason = f"called '{profile.name}', says of some that they are {quote_some(telling, MOST_SHOWN)}"
    if others := [value for value in profile.values if word_key(value) not in words and not is_flag(value)]:
        reason += f"; its other words ({quote_some(others, MOST_SHOWN)}) are not used"
    return OutcomeRule(profile.name, Form.WORD, values={**(known or {}), **words}, only_values=True, reason=reason)
