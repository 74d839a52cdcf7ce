"""Numbers in a text, in figures and in English or German words, with what they are worth.

``1,000``, ``1000``, ``1.000`` and ``a thousand`` are one number; ``20%``, ``20 percent`` and ``zwanzig Prozent`` too;
a third is 33 percent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

NUMBER, PERCENT, PRICE = "number", "percent", "price"


def _words(text: str) -> list[str]:
    return text.split()


_ENGLISH = _words(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """
)
_ENGLISH_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_GERMAN = _words(
    """
    null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
    siebzehn achtzehn neunzehn
    """
)
_GERMAN_TENS = _words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_SCALES = {
    "hundred": 1e2, "hundreds": 1e2, "thousand": 1e3, "thousands": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9,
    "dozen": 12.0, "dozens": 12.0, "decade": 10.0, "decades": 10.0, "k": 1e3, "m": 1e6, "bn": 1e9,
    "hundert": 1e2, "tausend": 1e3, "millionen": 1e6, "mio": 1e6, "mrd": 1e9, "dutzend": 12.0,
}  # fmt: skip
_FRACTIONS = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "eighth": 1 / 8,
    "tenth": 1 / 10, "hälfte": 1 / 2, "drittel": 1 / 3, "viertel": 1 / 4, "fünftel": 1 / 5, "zehntel": 1 / 10,
}  # fmt: skip
_FIGURES = r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?![\d])|\d+(?:[.,]\d+)?"
_CURRENCY_BEFORE = r"(?:US\$|[$€£¥]|USD|EUR|GBP|CHF)\s?"
_CURRENCY_AFTER = (
    r"\s?(?:[$€£¥]|(?:USD|EUR|GBP|CHF|zł|PLN|kr|SEK|DKK|NOK|Kč|euros?|dollars?|pounds?|cents?|pence|quid"
    r"|francs?|franken)\b)"
)
_PERCENT = r"(?:\s?%|[\s-](?:percent(?:age)?|per\scent|prozent|procent|pour\scent|por\sciento|per\scento)\b)"
_SCALE = r"(?:\s?(?:k|m|bn)\b|\s(?:hundred|thousand|million|billion|dozen|tausend|millionen|mio|mrd|dutzend)\b)"
_WORD_SCALES = r"(?:hundreds?|thousands?|millions?|billions?|dozens?|decades?|hundert|tausend|millionen|dutzend)"


@dataclass(frozen=True)
class Quantity:
    """A number at ``start:end``; ``values``: what it may be worth (``1.200`` is 1200 or 1.2), percent in percent."""

    kind: str
    values: frozenset[float]
    start: int
    end: int
    in_words: bool = False

    @property
    def value(self) -> float:
        """The largest reading."""
        return max(self.values)

    def is_one_of(self, others: Quantities) -> bool:
        """Whether any of these numbers has the same worth; a price may stand as a plain number, and the reverse."""
        known = others.percents if self.kind == PERCENT else others.numbers
        return any(round(value, 2) in known for value in self.values)


@dataclass(frozen=True)
class Quantities:
    """The worth of all numbers of a text, rounded to cents; ``percents`` to whole percents as well."""

    numbers: frozenset[float]
    percents: frozenset[float]

    @staticmethod
    def of(text: str) -> Quantities:
        """The quantities of a text."""
        found = quantities_in(text)
        percents = {value for each in found if each.kind == PERCENT for value in each.values}
        return Quantities(
            frozenset(round(value, 2) for each in found if each.kind != PERCENT for value in each.values),
            frozenset({round(value, 2) for value in percents} | {float(round(value)) for value in percents}),
        )


def quantities_in(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text in their order. The pronoun *one* and ordinals are none; *a third* is a percentage."""
    found = []
    for match in _pattern().finditer(text):
        kind, values = _read(match)
        if values:
            found.append(Quantity(kind, frozenset(values), *match.span(), in_words=match["figures"] is None))
    return tuple(found)


@cache
def _pattern() -> re.Pattern[str]:
    units, tens = "|".join(_ENGLISH[1:]), "|".join(_ENGLISH_TENS)
    below = rf"(?:(?:{tens})(?:[\s-](?:{'|'.join(_ENGLISH[1:10])}))?|{units})"
    german_units, german_tens = "|".join(_GERMAN[2:]), "|".join(_GERMAN_TENS)
    german = (
        rf"(?:(?:(?:ein|{'|'.join(_GERMAN[2:10])})und(?:{german_tens})|{german_tens}|(?:ein|{german_units})?hundert"
    )
    german += rf"|(?:ein|{german_units})?tausend|{german_units}))"
    fraction = "|".join(_FRACTIONS)
    words = rf"""(?: (?:(?:a|{below})\s(?:and\sa\s)?)?{_WORD_SCALES}(?:\s(?:and\s)?{below})?(?:\s(?:thousand
        |million)s?)?
        | {below} | {german} )"""
    return re.compile(
        rf"""(?<![\w.,/:+])(?:
        (?P<symbol>{_CURRENCY_BEFORE})?(?P<figures>{_FIGURES})(?P<scale>{_SCALE})?\+?
            (?:(?P<percent>{_PERCENT})|(?P<currency>{_CURRENCY_AFTER})|(?=\s?(?:st|nd|rd
            |th)\b)(?P<ordinal>)|(?![\w:/]|\.\d))
        | \b(?P<part>(?:(?:a|one|two|three|four|ein|eine[nms]?|zwei|drei|die)\s)(?P<fraction>{fraction})s?\b
            (?!\s(?:party|time|of\san?\shour|hour|an\shour|past|to|stunde|to\s))
            | (?<!first\s)(?<!second\s)(?<!other\s)\bhalf(?=\sof|\sthe|\s(?:their|its|our|your)))
        | \b(?P<words>{words})\b(?:(?P<percent2>{_PERCENT})|(?P<currency2>{_CURRENCY_AFTER}))?
        )""",
        re.I | re.X,
    )


def _read(match: re.Match[str]) -> tuple[str, set[float]]:
    if match["part"]:
        return PERCENT, {100 * _fraction(match["part"].lower().split())}
    if match["figures"]:
        if match["ordinal"] is not None:
            return NUMBER, set()
        scale = _SCALES[match["scale"].strip().lower()] if match["scale"] else 1.0
        values = {value * scale for value in _readings(match["figures"])}
        kind = PERCENT if match["percent"] else PRICE if match["symbol"] or match["currency"] else NUMBER
        return kind, values
    kind = PERCENT if match["percent2"] else PRICE if match["currency2"] else NUMBER
    words = match["words"].lower()
    if words in ("one", "ein") and kind == NUMBER:
        return NUMBER, set()
    return kind, {_worth(words)}


def _fraction(words: list[str]) -> float:
    """Worth of ``two thirds``."""
    last = words[-1]
    part = _FRACTIONS.get(last) or _FRACTIONS[last.rstrip("s")]
    times = {"two": 2, "zwei": 2, "three": 3, "drei": 3, "four": 4}.get(words[0], 1)
    return times * part


def _readings(figures: str) -> set[float]:
    """What a number in figures may be worth: a comma or a dot before three digits may be either sign."""
    bare = re.sub(r"['’\u00a0\u202f ]", "", figures)
    parts = re.split(r"[.,]", bare)
    if len(parts) == 1:
        return {float(bare)}
    if len(parts) == 2:
        decimal = float(".".join(parts))
        return {decimal, float("".join(parts))} if len(parts[1]) == 3 and len(parts[0]) <= 3 else {decimal}
    grouped = len(parts[-1]) == 3
    return {float("".join(parts))} if grouped else {float("".join(parts[:-1]) + "." + parts[-1])}


def _worth(words: str) -> float:
    """Worth of a number in words: ``two hundred and fifty``, ``fünfundzwanzig``."""
    total, group = 0.0, 0.0
    for word in re.split(r"[\s-]+", words):
        if word in ("a", "and"):
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            group = (group or 1.0) * scale
            if scale >= 1e3:
                total, group = total + group, 0.0
        else:
            group += _small(word)
    return total + group


def _small(word: str) -> float:
    """Worth of one word below a million."""
    for names, first, step in ((_ENGLISH, 0, 1), (_ENGLISH_TENS, 20, 10), (_GERMAN, 0, 1), (_GERMAN_TENS, 20, 10)):
        if word in names:
            return float(first + step * names.index(word))
    for scale, times in (("tausend", 1e3), ("hundert", 1e2)):
        if word.endswith(scale):
            return times * (_small(word.removesuffix(scale)) if word != scale else 1.0)
    unit, _, tens = word.partition("und")
    return _small(unit) + _small(tens) if tens else 0.0
