"""Columns of states beside a known tool's own, as a prospect's stage: what they say of whom a tool only calls answered.

A tool counts an automatic answer as it counts any, and knows nothing of a meeting that was booked by another way. What
the seller or the CRM calls a person tells both, so the words of such a column that are known everywhere count; all
others say nothing, and which they are is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from .beside import Rows, rows_of_people
from .guess_outcomes import is_plainly_named
from .ladders import denials_beside, rule_of_words, rungs_beside
from .layouts import Layout, Shape
from .meanings import Form, OutcomeRule, known_words, word_key
from .profiles import Profile
from .state_columns import may_be_a_state, told_of_people


def with_own_states(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Layout:
    """The layout with the columns of states that are none of a known tool's own; beside what was guessed of a table of
    no known tool those that hold nothing else, as what tags say, and none where a column is called the outcome.
    """
    if layout.shape not in (Shape.SENDS, Shape.LEADS) or layout.each_row:
        return layout
    guessed = layout.tool == "generic"
    if guessed and (not layout.rules or any(is_plainly_named(rule.column) for rule in layout.rules)):
        return layout
    kept = [rule for rule in layout.rules if not (guessed and rule.only_values)]
    used = {*layout.columns.values(), *(rule.column for rule in kept)}
    found = [rule for each in profiles if each.name not in used and (rule := _rule(each, whole=guessed))]
    if guessed:
        more, warnings = rungs_beside(layout, profiles, rows, {*used, *(rule.column for rule in found)})
        found += more
        denials = denials_beside(layout, profiles, rows, used)
        layout = replace(layout, warnings=(*layout.warnings, *warnings, *denials))
    if not found:
        return layout
    columns = {rule.column for rule in found}
    context = {part: name for part, name in layout.context.items() if name not in columns}
    others = [rule for rule in layout.rules if rule.column not in columns]
    rules = (*others, *of_people(found, layout, profiles, rows))
    return replace(layout, rules=rules, context=context)


def with_stamps(layout: Layout, own: Collection[str], profiles: Sequence[Profile], rows: Rows) -> Layout:
    """A known tool's layout in which columns of words and flags that a person named, and the tool does not have as its
    ``own``, are said of people where they say the same on every row of each.
    """
    if layout.shape is not Shape.SENDS or layout.each_row or "recipient" not in layout.columns:
        return layout
    named = [rule for rule in layout.rules if rule.column not in own and rule.form in (Form.WORD, Form.FLAG)]
    stamped = {rule.column: rule for rule in of_people(named, layout, profiles, rows)}
    return replace(layout, rules=tuple(stamped.get(rule.column, rule) for rule in layout.rules))


def of_people(
    rules: Iterable[OutcomeRule], layout: Layout, profiles: Sequence[Profile], rows: Rows
) -> list[OutcomeRule]:
    """The rules, said of people where their columns say the same on every row of each, as far as the rows tell."""
    people, names = rows_of_people(layout, profiles, rows), [profile.name for profile in profiles]
    found = []
    for rule in rules:
        place = names.index(rule.column)
        stamped = all(len({row[place].strip() for row in group}) == 1 for group in people)
        found.append(replace(rule, lead=True, of_person=True) if stamped else rule)
    return found


def _rule(profile: Profile, whole: bool) -> OutcomeRule | None:
    """What a column of states says of people; ``whole``: only if each of its words does."""
    if not may_be_a_state(profile):
        return None
    words = {word_key(value): meaning for value in profile.values if (meaning := told_of_people(value))}
    if not words or (whole and any(word_key(value) not in words for value in profile.values)):
        return None
    everywhere = {word: meaning for word in known_words() if (meaning := told_of_people(word))}
    return rule_of_words(profile, words, everywhere)
