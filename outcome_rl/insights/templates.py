"""Templates as a factor: which text an email is made of, called by step and variant where the file tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..text.template_names import is_code, template_names
from .columns import quote
from .factors import OTHERS, TEMPLATE, UNKNOWN, Factor, level_factor, natural

MOST, FEWEST_SENT = 50, 10
NEARLY_ALL = 0.9
"""Share of a template's emails that are of one step, or one variant, for the template to be of it."""
Place = tuple[str, str]
"""Step and variant of a template, "" where it has none or several."""


def template_factor(
    groups: np.ndarray, emails: Sequence[str], rows: np.ndarray, n: int, columns: Mapping[str, Sequence[str]]
) -> Factor:
    """The largest groups of emails that nearly repeat each other, as templates.

    ``groups`` (S,) and ``emails`` are of the file's ``rows`` (S,); codes are of all ``n`` rows, unknown elsewhere.
    Emails that are like no other, or like few, are put together.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    order = [place for place in np.argsort(-sizes, kind="stable") if sizes[place] >= FEWEST_SENT][:MOST]
    members = [np.flatnonzero(groups == numbers[place]) for place in order]
    names = [quote(name) for name in template_names([[emails[i] for i in own.tolist()] for own in members])]
    shown = [name if names.count(name) == 1 else f"{name} ({place + 1})" for place, name in enumerate(names)]
    places = _places(columns, [rows[own] for own in members])
    by_place = sorted(range(len(order)), key=lambda place: [(not part, natural(part)) for part in places[place]])
    codes = np.full(n, UNKNOWN, dtype=np.int64)
    codes[rows] = len(order)
    for code, place in enumerate(by_place):
        codes[rows[members[place]]] = code
    levels = [_named(shown[place], places[place]) for place in by_place]
    factor = level_factor("template", "Template", TEMPLATE, codes, [*levels, (OTHERS, "of all others")])
    return replace(factor, groups=_groups(factor, columns))


def placed(factor: Factor, columns: Mapping[str, Sequence[str]], emails: Sequence[str] = ()) -> Factor:
    """A factor of templates that a column names, with the step of each, by which it is compared with others; those that
    it calls by a number or an id are named by their emails besides.
    """
    labels, phrases = list(factor.labels), list(factor.phrases)
    coded = [code for code, label in enumerate(labels) if len(emails) and factor.name == "template" and is_code(label)]
    members = _members(factor) if coded else []
    names = template_names([[emails[row] for row in members[code].tolist()] for code in coded])
    for code, name in zip(coded, names, strict=True):
        called = f"{quote(name)} ({labels[code]})"
        labels[code], phrases[code] = called, f"from the template {called}"
    for code, (label, place) in enumerate(zip(tuple(labels), _places(columns, _members(factor)), strict=True)):
        if factor.name == "template" and label != OTHERS:
            labels[code] = _named(label, place)[0]
        elif label.startswith("step ") and _has_steps(columns):
            labels[code], phrases[code] = _capital(label), f"of {label}"
    named = replace(factor, labels=tuple(labels), phrases=tuple(phrases))
    return replace(named, groups=_groups(named, columns))


def variants_in_steps(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """The variant of each row, behind its step where there are several: variant A of step 2 is no variant of step 1."""
    variants = [" ".join(value.split()) for value in columns["variant"]]
    if not _has_steps(columns):
        return variants
    pairs = zip(columns["step"], variants, strict=True)
    return [_place_in_words((" ".join(step.split()), variant)) if variant else "" for step, variant in pairs]


def told_by(factor: Factor, other: Factor) -> bool:
    """Whether nearly every row's level of a factor follows from its level of the other one."""
    known = (other.codes >= 0) & (factor.codes >= 0)
    pairs = Counter(zip(other.codes[known].tolist(), factor.codes[known].tolist(), strict=True))
    most: dict[int, int] = {}
    for (theirs, _), count in pairs.items():
        most[theirs] = max(most.get(theirs, 0), count)
    return sum(most.values()) >= NEARLY_ALL * int(known.sum())


def _named(name: str, place: Place) -> tuple[str, str]:
    """Label, and phrase behind "Emails"."""
    where = _place_in_words(place)
    if not where:
        return name, f"from the template {name}"
    return f"{_capital(where)}: {name}", f"from the template {name} ({where})"


def _place_in_words(place: Place) -> str:
    said = [
        value if value.lower().startswith(word) else f"{word} {value}"
        for word, value in zip(("step", "variant"), place, strict=True)
        if value
    ]
    return ", ".join(said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _members(factor: Factor) -> list[np.ndarray]:
    return [np.flatnonzero(factor.codes == code) for code in range(len(factor.labels))]


def _groups(factor: Factor, columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    places = zip(factor.labels, _places(columns, _members(factor)), strict=True)
    return tuple("" if label == OTHERS else _place_in_words((step, "")) for label, (step, _) in places)


def _places(columns: Mapping[str, Sequence[str]], templates: Sequence[np.ndarray]) -> list[Place]:
    steps = columns["step"] if _has_steps(columns) else ()
    variants = columns.get("variant", ())
    return [(_usual(steps, rows), _usual(variants, rows)) for rows in templates]


def _has_steps(columns: Mapping[str, Sequence[str]]) -> bool:
    return len({" ".join(value.split()) for value in columns.get("step", ())} - {""}) > 1


def _usual(values: Sequence[str], rows: np.ndarray) -> str:
    if not len(values) or not len(rows):
        return ""
    value, count = Counter(" ".join(values[row].split()) for row in rows).most_common(1)[0]
    return value if count >= NEARLY_ALL * len(rows) else ""
