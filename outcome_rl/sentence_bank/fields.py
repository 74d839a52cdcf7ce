"""The parts that a file's contexts are made of: role, trade, product, how the contact began, whatever they are called.

Nobody names these parts. They are what stands between the marks and the words that contexts have in common:
"CTO at a Healthcare firm; about our telehealth app" has the parts "CTO", "Healthcare" and "telehealth app".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from ..text.names import SOMEONE
from ..text.titles import TITLES, is_title
from .columns import (
    ALIKE,
    FEWEST_VALUES,
    LONGEST_VALUE,
    MOST_COLUMNS,
    TOKEN,
    common_words,
    fields_of,
    name_of,
    named,
    parts_of,
    separator_of,
)
from .kinds import Kind, attributes_of, kinds_of
from .suitability import telling_words

COMMON = 0.6
"""Words in at least this share of the contexts hold them together and are no part."""
FEWEST_CONTEXTS = 0.01
"""A shape that fewer of the contexts have is not looked at."""
RELATED = 0.1
"""The same of their words, where the places stand between the same marks."""
ARTICLES = frozenset({"a", "an", "the"})
OFTEN = 5
"""Contexts that a value must be in to be told from the other values of its field."""
TOLD_BY_PLACE = 3
"""Shapes in which a field has to stand between the same marks, so that it is known by them."""
MOST_SHAPED = 0.7
"""Share of the contexts whose shape is known from which on they are taken for neither joined columns nor free texts."""

Value = tuple[int, str]
"""A field's number and what a context has in it."""


@dataclass(frozen=True)
class ContextFields:
    """``common``: the words between the parts. ``shapes``: for each known shape of a context, the field of each part.

    A shape is the sequence of marks and common words, with a gap for each part. ``frequent``: ``field=value`` of the
    values that many contexts have. ``known``: the field of each value that stands in one field only; by it the parts of
    a context of another shape are told, and by the marks around them. ``separator``: what stands between the columns
    that contexts are joined of, where their shapes are too many, and ``places``: the field of each place in a column,
    see :mod:`.columns`. ``free``: whether they are written freely, so that a part
    between two marks tells contexts apart but not what it is; ``kinds``: what else tells them apart, see :mod:`.kinds`.
    """

    common: frozenset[str]
    shapes: dict[str, tuple[int, ...]]
    frequent: frozenset[str] = frozenset()
    known: dict[str, int] = field(default_factory=dict)
    separator: str = ""
    places: dict[str, int] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    free: bool = False

    @staticmethod
    def learn(contexts: Sequence[str]) -> ContextFields:
        """From a file's contexts; each counts once."""
        distinct = list(dict.fromkeys(contexts))
        counted = Counter(word for context in distinct for word in set(_words(context)))
        common = frozenset(word for word, n in counted.items() if n >= COMMON * len(distinct) and len(distinct) > 2)
        common = (common | {SOMEONE.lower()}) - ARTICLES - TITLES  # a title belongs to the name
        places: dict[tuple[str, int], list[str]] = defaultdict(list)
        shapes: Counter[str] = Counter()
        for context in distinct:
            shape, parts = _parts(context, common)
            shapes[shape] += 1
            for number, part in enumerate(parts):
                places[shape, number].append(part)
        often = max(2, FEWEST_CONTEXTS * len(distinct))
        kept = {shape for shape, n in shapes.items() if n >= often and len(_marks(shape)) <= MOST_COLUMNS}
        separator, free = separator_of(distinct), False
        if sum(shapes[shape] for shape in kept) < MOST_SHAPED * len(distinct):
            if separator:
                return ContextFields._of_columns(contexts, distinct, separator)
            free = True
        field_of = _joined({place: values for place, values in places.items() if place[0] in kept})
        known = {
            shape: tuple(field_of[shape, number] for number in range(sum(s == shape for s, _ in field_of)))
            for shape in sorted(kept)
        }
        fields = ContextFields(common, known, known=_unambiguous(places, field_of))
        if free:
            fields = replace(fields, free=True, kinds=kinds_of(distinct))
        return fields._with_frequent(contexts)

    @staticmethod
    def _of_columns(contexts: Sequence[str], distinct: Sequence[str], separator: str) -> ContextFields:
        common = common_words(distinct, separator)
        places = fields_of([parts_of(context, separator, common) for context in distinct])
        return ContextFields(common, {}, separator=separator, places=places)._with_frequent(contexts)

    def _with_frequent(self, contexts: Sequence[str]) -> ContextFields:
        found = Counter(value for context in contexts for value in self._named(context))
        return replace(self, frequent=frozenset(value for value, n in found.items() if n >= OFTEN))

    def values(self, context: str) -> tuple[Value, ...]:
        """The fields of a context; none where it is written freely or has a shape that the file's contexts have not."""
        if self.free:
            return ()
        return tuple((number, part) for number, part in self._parted(context) if number >= 0)

    def knows(self, context: str) -> bool:
        """Whether anything of a context is known, in a file in which there is something to know."""
        varied = any(number >= 0 for numbers in (self.places.values(), *self.shapes.values()) for number in numbers)
        return self.free or not varied or bool(self.values(context))

    def _parted(self, context: str) -> list[Value]:
        """The field of each part; -1 where it does not vary or is not known."""
        if self.separator:
            placed = parts_of(context, self.separator, self.common)
            return [(self.places.get(place, -1), part) for place, part in placed]
        shape, parts = _parts(context, self.common)
        if shape in self.shapes:
            return list(zip(self.shapes[shape], parts, strict=True))
        between = [self._between.get(marks, -1) for marks in _marks(shape)]
        return [(self.known.get(part.lower(), other), part) for part, other in zip(parts, between, strict=True)]

    @cached_property
    def _between(self) -> dict[tuple[str, str], int]:
        """The field of what stands between two marks, where it is the same in all of several known shapes."""
        seen: dict[tuple[str, str], list[int]] = defaultdict(list)
        for shape, numbers in self.shapes.items():
            for marks, number in zip(_marks(shape), numbers, strict=True):
                seen[marks].append(number)
        return {marks: own[0] for marks, own in seen.items() if len(own) >= TOLD_BY_PLACE and len(set(own)) == 1}

    def attributes(self, context: str, names: Sequence[int] = ()) -> frozenset[str]:
        """What a context may be told apart by, in small letters: its words and pairs of words, and ``field=value``.

        A field that it does not have is ``field=``, one with a rare value ``field=*``. Parts that do not vary where
        they stand, for each way of meeting somebody is told in another form, are told apart by the word beside them:
        ``rest email=2 of 3``, ``rest=former customer`` between marks.

        Args:
            names: fields that nobody is to be told apart by, as the recipient's name.
        """
        words = _words(context)
        if names:
            left = {word for number, value in self.values(context) if number in names for word in _words(value)}
            words = [word for word in words if word not in left]
        pairs = (" ".join(pair) for pair in pairwise(words))
        named = [each for each in self._named(context) if each.partition("=")[0] not in map(str, names)]
        values = (value if value in self.frequent else f"{value.partition('=')[0]}=*" for value in named)
        return frozenset([*words, *pairs, *values, *attributes_of(context, self.kinds)])

    def telling(self, context: str, names: Sequence[int] = ()) -> frozenset[str]:
        """The beginnings of a context's telling words, and ``field=value`` of what many contexts have; ``names`` as in
        :meth:`attributes`.
        """
        named = " ".join(value for number, value in self.values(context) if number in names)
        values = (own for own in self.attributes(context, names) if "=" in own and not own.endswith(("=", "=*")))
        return frozenset([*telling_words(context) - telling_words(named), *values])

    def _named(self, context: str) -> list[str]:
        """``field=value`` of all fields that there are, also of those that this context does not have."""
        if self.separator:
            found = named(parts_of(context, self.separator, self.common), self.places)
            return [f"{name}={value}" for name, value in (dict.fromkeys(self._names, "") | found).items()]
        shape, _ = _parts(context, self.common)
        parted = self._parted(context)
        if all(number < 0 for number, _ in parted):
            return []
        values = dict.fromkeys(self._names, "")
        for marks, (number, part) in zip(_marks(shape), parted, strict=True):
            name = _rest(marks) if number < 0 else str(number)
            values[name] = f"{values.get(name, '')} {part.lower()}".strip()
        return [f"{name}={value}" for name, value in values.items()]

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """What the parts of all known shapes are called."""
        if self.separator:
            return tuple(sorted({name_of(place, number) for place, number in self.places.items()}))
        found = {
            _rest(marks) if number < 0 else str(number)
            for shape, numbers in self.shapes.items()
            for marks, number in zip(_marks(shape), numbers, strict=True)
        }
        return tuple(sorted(found))


def _rest(marks: tuple[str, str]) -> str:
    """What a part is called that belongs to no field: by the word before it, else by that behind it, else by none."""
    word = next((mark for mark in marks if mark[:1].isalnum()), "")
    return f"rest {word}".strip()


def _words(context: str) -> list[str]:
    return [token.lower() for token in TOKEN.findall(context) if token[0].isalnum()]


def _parts(context: str, common: frozenset[str]) -> tuple[str, list[str]]:
    """A context's shape and its parts."""
    shape: list[str] = []
    parts: list[list[int]] = []  # where each begins and ends
    reading, last = False, ""
    for match in TOKEN.finditer(context):
        token = match.group()
        if token in ARTICLES or (token.lower() in ARTICLES and not shape):
            continue  # inside of a part it stays, in front of one it tells nothing; "The Salt House" is a name
        if reading and (token == "&" or (token == "." and is_title(last))):
            continue  # so is "Reed & Ash", and "Mr. Hall"
        last = token
        if not token[0].isalnum() or token.lower() in common:
            shape.append(token.lower())
            reading = False
        elif reading:
            parts[-1][1] = match.end()
        else:
            shape.append("_")
            parts.append([match.start(), match.end()])
            reading = True
    return " ".join(shape), [context[start:end] for start, end in parts]


def _joined(places: dict[tuple[str, int], list[str]]) -> dict[tuple[str, int], int]:
    """The field of each place, whatever the context's shape: places that share values, or words between the same marks.

    -1 where the values hardly vary.
    """
    names = sorted(places)
    values = {name: {value.lower() for value in places[name]} for name in names}
    words = {name: {word for value in values[name] for word in _words(value)} for name in names}
    of_shape = {shape: _marks(shape) for shape in {shape for shape, _ in names}}
    marks = {(shape, number): of_shape[shape][number] for shape, number in names}
    owner = {name: name for name in names}

    def root(name: tuple[str, int]) -> tuple[str, int]:
        while owner[name] != name:
            name = owner[name]
        return name

    for i, one in enumerate(names):
        for other in names[:i]:
            related = marks[one] == marks[other] and _overlap(words[one], words[other]) >= RELATED
            if one[0] != other[0] and (related or _overlap(values[one], values[other]) >= ALIKE):
                owner[root(one)] = root(other)
    of_field: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name in names:
        of_field[root(name)] |= {value for value in values[name] if len(value.split()) <= LONGEST_VALUE}
    varied = sorted(name for name, found in of_field.items() if len(found) >= FEWEST_VALUES)
    number = {name: i for i, name in enumerate(varied)}
    return {name: number.get(root(name), -1) for name in names}


def _unambiguous(places: dict[tuple[str, int], list[str]], field_of: dict[tuple[str, int], int]) -> dict[str, int]:
    """Values that stand in one field only, in small letters, with that field."""
    seen: dict[str, set[int]] = defaultdict(set)
    for place, number in field_of.items():
        for value in places[place]:
            seen[value.lower()].add(number)
    return {value: next(iter(numbers)) for value, numbers in seen.items() if len(numbers) == 1 and min(numbers) >= 0}


def _marks(shape: str) -> list[tuple[str, str]]:
    """What stands before and behind each of a shape's parts."""
    tokens = ["", *shape.split(), ""]
    return [(tokens[i - 1], tokens[i + 1]) for i, token in enumerate(tokens) if token == "_"]


def _overlap(one: set[str], other: set[str]) -> float:
    """Share of the smaller set that is in the larger one."""
    return len(one & other) / max(1, min(len(one), len(other)))
