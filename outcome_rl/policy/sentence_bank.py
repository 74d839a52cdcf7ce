"""A seller's own sentences, ready to be put together anew: where each belongs, what it needs, whom it does not suit.

Made from the emails that were answered. What a sentence says about one recipient alone (a number, a name, an earlier
talk) is left out unless the seller says it again and again, or the facts hold it; words that stand in the context too
become slots. So nothing is said that the seller has not said before.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..text.calls_to_action import find_asks
from ..text.claims import find_claims
from ..text.email_parts import EmailParts, email_parts
from .context_fields import ContextFields
from .sentence_fit import Fit
from .slots import opened, slots_in

SUBJECT, GREETING, OPENING, BODY, ASK, CLOSE, SIGN_OFF = PLACES = (
    "subject",
    "greeting",
    "opening",
    "body",
    "ask",
    "close",
    "sign_off",
)
"""The places of an email, in their order."""
SAID_OFTEN = 3
"""Contexts for which a seller has said something that makes it the seller's own, and not about one recipient."""
FIRST_NAME, SENDER_NAME = "{{first_name}}", "{{sender_name}}"


@dataclass(frozen=True)
class Sentence:
    """One sentence, or some that do not stand without each other.

    text: with ``{0}`` where the value of the context's field 0 belongs. counts: emails with each outcome that had it.
    position: where it stood in their bodies, 0 first, 1 last. not_for: attributes of contexts that it does not suit.
    only_for: if not empty, values of the topic of which a context must have one.
    """

    text: str
    place: str
    counts: tuple[int, int, int]
    position: float = 0.5
    starts_paragraph: bool = False
    not_for: frozenset[str] = frozenset()
    only_for: frozenset[str] = frozenset()
    weight: float = 0.0
    leaning: dict[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Emails that had it."""
        return sum(self.counts)

    @property
    def slots(self) -> tuple[int, ...]:
        """Fields that a context must have."""
        return slots_in(self.text)


@dataclass(frozen=True)
class SentenceBank:
    """What a seller says, and how the seller's emails are made.

    topic: the field that emails name most, the product as a rule; None where there is none. places: those that an email
    has, in order. body_range: fewest and most sentences between opening and ask. greeting_has_line: whether the
    greeting stands in a line of its own. left_out: how many sentences were, by the reason.
    """

    fields: ContextFields
    sentences: tuple[Sentence, ...]
    topic: int | None = None
    places: tuple[str, ...] = PLACES[1:]
    body_range: tuple[int, int] = (1, 3)
    greeting_has_line: bool = True
    name_fields: tuple[int, ...] = ()
    names_topic: bool = False
    left_out: dict[str, int] = field(default_factory=dict)
    followed: dict[tuple[str, str], float] = field(default_factory=dict)

    def of_place(self, place: str) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.sentences if sentence.place == place)

    def suited_to(self, context: str) -> tuple[Sentence, ...]:
        """The sentences that may be said in an email for a context, slots not filled yet."""
        values = self.fields.values(context)
        here, known = self.fields.attributes(context), {number for number, _ in values}
        topics = {value.lower() for number, value in values if number == self.topic}
        return tuple(
            sentence
            for sentence in self.sentences
            if known.issuperset(sentence.slots)
            and not (sentence.not_for & here)
            and (not sentence.only_for or sentence.only_for & topics)
        )


def build_bank(
    contexts: Sequence[str], emails: Sequence[str], outcomes: Sequence[int], facts: str = ""
) -> SentenceBank:
    """The bank of a file's emails; ``facts``: what may be said besides. Emails without an answer teach only the fit."""
    fields = ContextFields.learn(contexts)
    parts = [email_parts(email) for email in emails]
    values = [fields.values(context) for context in contexts]
    topic = _topic(values, emails)
    units = _units(parts, values, outcomes)
    fit = Fit.learn([fields.attributes(context) for context in contexts], [_texts(p) for p in parts])
    found, left_out = [], Counter[str]()
    for (place, text), unit in units.items():
        if not any(unit.counts[1:]):
            left_out["never answered"] += 1
            continue
        if place not in (GREETING, SIGN_OFF) and (why := _about_one(text, unit, contexts, facts)):
            left_out[why] += 1
            continue
        not_for = fit.unsuited(unit.original) if place not in (GREETING, SIGN_OFF) else frozenset()
        only_for = fit.only_topics(unit.rows, text, values, topic) if place in (SUBJECT, OPENING, BODY, ASK) else ()
        leaning = fit.leaning(unit.original) if place not in (GREETING, SIGN_OFF) else {}
        weight = _weight(unit.counts, outcomes)
        found.append(
            replace(
                unit.sentence(place, text),
                not_for=not_for,
                only_for=frozenset(only_for),
                leaning=leaning,
                weight=weight,
            )
        )
    answered = [p for p, outcome in zip(parts, outcomes, strict=True) if outcome > 0]
    own_line = 2 * sum(_greeting_has_line(p, e) for p, e in zip(parts, emails, strict=True)) >= len(parts)
    return SentenceBank(
        fields,
        tuple(found),
        topic,
        _usual_places(answered),
        _body_range(answered),
        own_line,
        _name_fields(parts, values),
        _names_topic(topic, values, emails),
        dict(left_out),
        _followed(units, outcomes, {(s.place, s.text) for s in found}),
    )


def _followed(units, outcomes, kept):
    """How often one sentence stood behind another one, answered emails counting more."""
    by_row = defaultdict(list)
    for key, unit in units.items():
        for row, position in zip(unit.rows, unit.positions, strict=True):
            by_row[row].append((PLACES.index(key[0]) if key[0] in (SUBJECT, GREETING, SIGN_OFF) else 2, position, key))
    found = Counter()
    for row, own in by_row.items():
        texts = [key[1] for _, _, key in sorted(own) if key in kept]
        for pair in zip(texts, texts[1:]):
            found[pair] += (0.3, 1.0, 1.5)[outcomes[row]]
    return dict(found)


LIFT_ROWS = 4.0


def _weight(counts: Sequence[int], outcomes: Sequence[int]) -> float:
    """How likely a sentence is to be taken to begin with, a logarithm: often said, and answered more often than others."""
    usual = sum(outcome > 0 for outcome in outcomes) / len(outcomes)
    answered, n = sum(counts[1:]), sum(counts)
    lift = (answered + LIFT_ROWS * usual) / (n + LIFT_ROWS) / usual
    return 0.5 * math.log(max(1, answered)) + 2 * math.log(lift)


def _usual_places(answered: Sequence[EmailParts]) -> tuple[str, ...]:
    """The places that at least half of the emails have; a closing sentence is one as soon as it occurs."""
    seen = Counter(place for email in answered for place in {place for _, place, _, _ in _placed(email)})
    return tuple(place for place in PLACES if seen[place] and (2 * seen[place] >= len(answered) or place == CLOSE))


def _body_range(answered: Sequence[EmailParts]) -> tuple[int, int]:
    """Fewest and most sentences of the body, leaving out a tenth at each end."""
    sizes = sorted(sum(place == BODY for _, place, _, _ in _placed(email)) for email in answered) or [1]
    return sizes[len(sizes) // 10], sizes[-1 - len(sizes) // 10]


def _greeting_has_line(parts: EmailParts, email: str) -> bool:
    behind = email[email.find(parts.greeting) + len(parts.greeting) :]
    return not parts.greeting or "\n" in behind[: len(behind) - len(behind.lstrip())]


@dataclass
class _Unit:
    """What is known of one sentence while the bank is made; ``rows``: the emails that have it."""

    original: str
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    positions: list[float] = field(default_factory=list)
    paragraphs: int = 0
    rows: list[int] = field(default_factory=list)

    def sentence(self, place: str, text: str) -> Sentence:
        n = len(self.rows)
        position = round(sum(self.positions) / n, 3)
        return Sentence(text, place, tuple(self.counts), position, 2 * self.paragraphs > n)  # type: ignore[arg-type]


def _units(
    parts: Sequence[EmailParts], values: Sequence[tuple[tuple[int, str], ...]], outcomes: Sequence[int]
) -> dict[tuple[str, str], _Unit]:
    """Every sentence by its place and its text with slots."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    rows: list[tuple[int, str, float, bool]] = []
    for row, email in enumerate(parts):
        for text, place, position, paragraph in _placed(email):
            seen[text][place] += 1
            rows.append((row, text, position, paragraph))
    texts = [(row, text) for row, text, _, _ in rows]
    slotted = opened(texts, values)
    units: dict[tuple[str, str], _Unit] = {}
    for (row, text, position, paragraph), with_slots in zip(rows, slotted, strict=True):
        place = seen[text].most_common(1)[0][0]
        unit = units.setdefault((place, with_slots), _Unit(text))
        unit.counts[outcomes[row]] += 1
        unit.positions.append(position)
        unit.paragraphs += paragraph
        unit.rows.append(row)
    return units


def sentences_of(email: str) -> list[tuple[str, str]]:
    """(place, text) of an email's sentences in order, without slots; the greeting with a merge field for the name."""
    return [(place, text) for text, place, _, _ in _placed(email_parts(email))]


def _placed(email: EmailParts) -> list[tuple[str, str, float, bool]]:
    """(text, place, position, whether it starts a paragraph) of the parts of one email."""
    found = []
    if email.subject:
        found.append((email.subject, SUBJECT, 0.0, True))
    if email.greeting:
        found.append((_greeting(email.greeting), GREETING, 0.0, True))
    asks = [i for i, sentence in enumerate(email.body) if find_asks(sentence.text)]
    for i, sentence in enumerate(email.body):
        place = OPENING if i == 0 else ASK if i in asks else CLOSE if asks and i > asks[-1] else BODY
        found.append((sentence.text, place, i / max(1, len(email.body) - 1), sentence.starts_paragraph))
    if email.sign_off:
        found.append((email.sign_off, SIGN_OFF, 1.0, True))
    return found


def _greeting(greeting: str) -> str:
    """The greeting with a merge field in place of the name."""
    words = greeting.rstrip(",!:–- ").split()
    names = [word for word in words if word[:1].isupper() or word[:1] in "{["]
    salutation = [word for word in words if word not in names[1:]] if names and names[0] == words[0] else words
    if not names or (len(names) == 1 and names[0] == words[0] and len(words) == 1 and words[0] in _SALUTATIONS):
        return f"{greeting.rstrip(',!:–- ')},"
    first = words[0] if words[0].lower() in _SALUTATIONS_LOW else ""
    kept = [word for word in salutation if word not in names or word == first]
    return f"{' '.join([*kept, FIRST_NAME])},"


_SALUTATIONS = frozenset({"Hi", "Hello", "Hey", "Dear", "Good", "Hallo", "Moin", "Liebe", "Lieber", "Guten", "Bonjour"})
_SALUTATIONS_LOW = frozenset(word.lower() for word in _SALUTATIONS)


def _texts(email: EmailParts) -> tuple[str, ...]:
    return (
        (email.subject, *(sentence.text for sentence in email.body))
        if email.subject
        else tuple(sentence.text for sentence in email.body)
    )


def _topic(values: Sequence[tuple[tuple[int, str], ...]], emails: Sequence[str]) -> int | None:
    """The field whose values emails name most often, of those that are words."""
    named, known = Counter[int](), Counter[int]()
    for own, email in zip(values, emails, strict=True):
        text = email.lower()
        for number, value in own:
            if any(map(str.isalpha, value)):
                known[number] += 1
                named[number] += value.lower() in text
    shares = {number: named[number] / known[number] for number in known if known[number] >= 0.5 * len(emails)}
    best = max(shares, key=lambda number: shares[number], default=None)
    return best if best is not None and shares[best] >= 0.3 else None


def _name_fields(parts: Sequence[EmailParts], values: Sequence[tuple[tuple[int, str], ...]]) -> tuple[int, ...]:
    """The fields that begin with the name by which most emails greet."""
    greeted, known = Counter[int](), Counter[int]()
    for email, own in zip(parts, values, strict=True):
        words = {word.strip(",!:–-") for word in email.greeting.split()}
        for number, value in own:
            if words:
                known[number] += 1
                greeted[number] += value.split()[0] in words
    return tuple(sorted(number for number in known if greeted[number] >= 0.6 * known[number]))


def _names_topic(topic: int | None, values: Sequence[tuple[tuple[int, str], ...]], emails: Sequence[str]) -> bool:
    """Whether nearly all emails name the topic of their context."""
    named = [
        value.lower() in email.lower()
        for own, email in zip(values, emails, strict=True)
        for number, value in own
        if number == topic
    ]
    return bool(named) and sum(named) >= 0.7 * len(named)


def _about_one(text: str, unit: _Unit, contexts: Sequence[str], facts: str) -> str | None:
    """Why a sentence cannot be said to anybody else, or None where it can."""
    if len({contexts[row] for row in unit.rows}) >= SAID_OFTEN:
        return None
    claims = find_claims(unit.original, contexts[unit.rows[0]], facts)
    return claims[0].kind if claims else None
