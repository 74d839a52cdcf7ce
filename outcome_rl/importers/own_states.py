"""Columns of states beside a known tool's own, as a prospect's stage: what they say of whom a tool only calls answered.

A tool counts an automatic answer as it counts any, and knows nothing of a meeting that was booked by another way. What
the seller or the CRM calls a person tells both, so the words of such a column that are known everywhere count; all
others say nothing, and which they are is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ..text.quoted import quote
from .beside import Rows, rows_of_people
from .layouts import Layout, Shape
from .meanings import Form, Meaning, OutcomeRule, is_flag, known_word, known_words, word_key
from .outcome_names import is_of_the_past
from .profiles import Profile
from .role_names import spaced

_STATES = re.compile(
    r"\b(?:stage|status|state|category|disposition|sentiment|phase|kategorie|étape|statut|catégorie|etapa|estado|fase)\b"
)
_OF_OTHERS = re.compile(r"\b(?:account|company|organi[sz]ation|firm|task|verif\w*|valid\w*|phone|country|address)\b")
"""What is said of a firm, a task or an address, and not of the person."""
_TELLING = frozenset((Meaning.CONVERSION, Meaning.NEGATIVE, Meaning.UNSUBSCRIBED, Meaning.AUTOMATIC))
_OF_A_DEAL = re.compile(r"\blost\b|\bverloren\b")
"""A deal that was lost says that they talked, not that the email was turned down."""
MOST_SHOWN = 6


def with_own_states(layout: Layout, profiles: Sequence[Profile], rows: Rows) -> Layout:
    """A known tool's layout with the columns of states that are none of the tool's own."""
    if layout.shape not in (Shape.SENDS, Shape.LEADS) or layout.each_row:
        return layout
    used = {*layout.columns.values(), *(rule.column for rule in layout.rules)}
    found = [rule for each in profiles if each.name not in used and (rule := _rule(each))]
    if not found:
        return layout
    places = {profile.name: place for place, profile in enumerate(profiles)}
    added = []
    for rule in found:
        stamped = _is_of_people(places[rule.column], rows_of_people(layout, profiles, rows))
        added.append(replace(rule, lead=stamped, of_person=stamped))
    columns = {rule.column for rule in found}
    context = {part: name for part, name in layout.context.items() if name not in columns}
    return replace(layout, rules=(*layout.rules, *added), context=context)


def with_stamps(layout: Layout, own: Collection[str], profiles: Sequence[Profile], rows: Rows) -> Layout:
    """A known tool's layout in which columns of words and flags that a person named, and the tool does not have as its
    ``own``, are said of people where they say the same on every row of each.
    """
    if layout.shape is not Shape.SENDS or layout.each_row or "recipient" not in layout.columns:
        return layout
    people = rows_of_people(layout, profiles, rows)
    if all(len(group) == 1 for group in people):
        return layout
    places = {profile.name: place for place, profile in enumerate(profiles)}

    def stamped(rule: OutcomeRule) -> bool:
        return rule.form in (Form.WORD, Form.FLAG) and _is_of_people(places[rule.column], people)

    rules = [
        replace(rule, lead=True, of_person=True) if rule.column not in own and stamped(rule) else rule
        for rule in layout.rules
    ]
    return replace(layout, rules=tuple(rules))


def _rule(profile: Profile) -> OutcomeRule | None:
    name = spaced(profile.name)
    if not profile.few or not _STATES.search(name) or _OF_OTHERS.search(name) or is_of_the_past(name):
        return None
    words = {value: _telling(value) for value in profile.values if not is_flag(value)}
    telling = [word for word, meaning in words.items() if meaning]
    if not telling:
        return None
    reason = f"called '{profile.name}', says of some that they are {_shown(telling)}"
    if others := [word for word, meaning in words.items() if not meaning]:
        reason += f"; its other words ({_shown(others)}) are not used"
    values = {word: meaning for word, meaning in known_words().items() if meaning in _TELLING and not _lost(word)}
    values |= {word_key(word): meaning for word, meaning in words.items() if meaning}
    return OutcomeRule(profile.name, Form.WORD, values=values, only_values=True, reason=reason)


def _telling(word: str) -> Meaning | None:
    meaning = known_word(word, codes=False)
    return meaning if meaning in _TELLING and not _lost(word_key(word)) else None


def _lost(key: str) -> bool:
    return _OF_A_DEAL.search(key) is not None


def _shown(words: Iterable[str]) -> str:
    found = list(words)
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    return ", ".join(quote(word, 40) for word in found[:MOST_SHOWN]) + more


def _is_of_people(place: int, people: Sequence[Rows]) -> bool:
    """Whether a column says the same on every row of a person, as far as the rows tell."""
    return all(len({row[place].strip() for row in group}) == 1 for group in people)
