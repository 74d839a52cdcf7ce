"""A bank of sentences: what may be said, to whom, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .context_fit import ContextFit
from .fields import ContextFields
from .slots import filled, form_of, kind_of, slots_in, without_slots
from .suitability import telling_words

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
FEW_RECUR = 0.3
"""Share of recurring sentences below which a file is not of one seller."""
Key = tuple[str, str]
"""A sentence's place and its text with slots."""
Skeleton = tuple[Key, ...]
"""What an email says between greeting and sign-off, in order; sentences that the bank does not have are empty."""
TOGETHER = 0.15
"""The cohesion from which on a seller's emails are said whole."""
FIRST_NAME, LAST_NAME, SENDER_NAME = "{{first_name}}", "{{last_name}}", "{{sender_name}}"
"""Merge fields in place of names that nobody has given."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, or some that do not stand without each other.

    text: with ``{0}`` where the value of the context's field 0 belongs. counts: emails with each outcome that had it.
    position: where it stood in their bodies, 0 first, 1 last. weight: how likely it is to be taken to begin with, a
    logarithm. leaning: attributes of contexts that it is for above all, and what they add to the weight. not_for:
    attributes of contexts that it does not suit. only_for: if not empty, values of which a context's topic must be one.
    tells_of: customers and people that it names. only_as: if not empty, the texts, slots filled, of which it must be
    one: what is told of somebody is told as it was. owes_price: whether it announces a price, so that one has to stand
    behind it. gives_price: whether it has been that one. recalls: whether it speaks of something between seller and
    recipient. denies: whether it says that there was nothing. refers_back: whether it needs the topic named before it.
    of_that_customer: whether it needs a customer told of before it. takes_up: words that a context must have, see
    :mod:`.taken_up`. said_with: kinds of values that its slots held, see :func:`.slots.kinds_said`.
    """

    text: str
    place: str
    counts: tuple[int, int, int]
    position: float = 0.5
    starts_paragraph: bool = False
    weight: float = 0.0
    leaning: Mapping[str, float] = field(default_factory=dict)
    not_for: frozenset[str] = frozenset()
    only_for: frozenset[str] = frozenset()
    tells_of: frozenset[str] = frozenset()
    only_as: frozenset[str] = frozenset()
    gives_price: bool = False
    owes_price: bool = False
    recalls: bool = False
    denies: bool = False
    refers_back: bool = False
    of_that_customer: bool = False
    takes_up: frozenset[str] = frozenset()
    said_with: frozenset[str] = frozenset()

    @property
    def slots(self) -> tuple[int, ...]:
        """Fields that a context must have."""
        return slots_in(self.text)


def said_words(keys: Iterable[Key]) -> frozenset[str]:
    """The beginnings of the telling words of some sentences, whatever their slots hold."""
    return frozenset().union(*(telling_words(without_slots(text)) for _, text in keys))


@dataclass(frozen=True)
class SentenceBank:
    """What a seller says, and how the seller's emails are made.

    topic: the field that emails name most, the product as a rule; None where there is none. names_topic: whether nearly
    all of them do. places: those that an email has, in order. body_range: fewest and most sentences between opening and
    ask. greeting_has_line: whether the greeting stands in a line of its own. name_fields: those that begin with the
    recipient's name, those that do so most often first. followed: how often one sentence stood behind another.
    left_out: how many sentences were, by the reason. recurring: the share of sentences that stand in more than one
    email, or in emails for few topics. usual_order: mean and standard deviation of how well neighbours fit each other
    in the seller's emails, see :mod:`.order`; None where nobody knows. cohesion: how much the sentences of an email go
    together, 0 to 1, and skeletons: the seller's emails as a whole, see :mod:`.skeletons`. firm: what stands below the
    senders' names. usual_words: words that an email and its context have in common for no reason, and answering: how
    much likelier a sentence with any other word of a context is there, a logarithm, see :mod:`.taken_up`. unsaid_forms:
    forms of values that fill no slot, see :func:`.slots.unsaid_forms`. context_fit: how much likelier whole emails were
    written to a context than to any, see :mod:`.context_fit`.
    """

    fields: ContextFields
    sentences: tuple[Sentence, ...]
    topic: int | None = None
    names_topic: bool = False
    places: tuple[str, ...] = PLACES[1:]
    body_range: tuple[int, int] = (1, 3)
    greeting_has_line: bool = True
    name_fields: tuple[int, ...] = ()
    followed: Mapping[tuple[str, str], float] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    recurring: float = 1.0
    usual_order: tuple[float, float] | None = None
    cohesion: float = 0.0
    skeletons: tuple[Skeleton, ...] = ()
    firm: str = ""
    usual_words: frozenset[str] = frozenset()
    answering: float = 0.0
    unsaid_forms: frozenset[str] = frozenset()
    context_fit: ContextFit = field(default_factory=ContextFit)

    def of_place(self, place: str) -> tuple[Sentence, ...]:
        """The sentences of one place."""
        return tuple(sentence for sentence in self.sentences if sentence.place == place)

    def attributes(self, context: str) -> frozenset[str]:
        """What a context may be told apart by, as sentences were learned to suit it: not by the recipient's name."""
        return self.fields.attributes(context, self.name_fields)

    def fillings(self, sentence: Sentence, values: Iterable[tuple[int, str]]) -> dict[int, str]:
        """What fills the slots of a sentence, of the values of a context: the last one that has a form to be said in.
        Where a field has several, one of a kind that the sentence was said with: "round Lostwithiel" is never said
        round Tim Hosking.
        """
        own = [(number, value) for number, value in values if number in sentence.slots]
        several = Counter(number for number, _ in own)
        return {
            number: value
            for number, value in own
            if form_of(number, value) not in self.unsaid_forms
            and (several[number] == 1 or not sentence.said_with or kind_of(number, value) in sentence.said_with)
        }

    def fit(self, context: str, emails: Sequence[Skeleton]) -> np.ndarray:
        """How much likelier the seller wrote each email to this context than to any, nats, (emails,)."""
        return self.context_fit(self.fields.telling(context, self.name_fields), [said_words(keys) for keys in emails])

    def suited_to(self, context: str, *, strictly: bool = True) -> tuple[Sentence, ...]:
        """The sentences that may be said in an email for a context, slots not filled yet; not strictly: also those that
        attributes of the context speak against.
        """
        values = self.fields.values(context)
        here = self.attributes(context)
        topics = {value.lower() for number, value in values if number == self.topic}
        said = telling_words(context)
        filling = ((sentence, self.fillings(sentence, values)) for sentence in self.sentences)
        return tuple(
            sentence
            for sentence, fillings in filling
            if fillings.keys() >= {*sentence.slots}
            and sentence.takes_up <= said
            and not (strictly and sentence.not_for & here)
            and (not sentence.only_for or sentence.only_for & topics)
            and (not sentence.only_as or filled(sentence.text, fillings) in sentence.only_as)
        )

    def without(self, struck: Collection[str]) -> SentenceBank:
        """The bank without the sentences of these texts."""
        kept = tuple(sentence for sentence in self.sentences if sentence.text not in struck)
        places = tuple(place for place in self.places if any(sentence.place == place for sentence in kept))
        left_out = {**self.left_out, "struck out": len(self.sentences) - len(kept)}
        emails = (
            tuple(
                (place, "" if text in struck else text) for place, text in keys if place in places or place != SUBJECT
            )
            for keys in self.skeletons
        )
        skeletons = tuple(dict.fromkeys(keys for keys in emails if any(text for _, text in keys)))
        return replace(self, sentences=kept, places=places, left_out=left_out, skeletons=skeletons)

    @property
    def is_said_whole(self) -> bool:
        """Whether sentences of different emails do not go together."""
        return self.cohesion >= TOGETHER

    @property
    def can_write(self) -> bool:
        """Whether an email can be put together: there is something to choose from, and it is of one seller.

        Where hardly a sentence is said twice and each email is about another product, a sentence of one does not stand
        in another.
        """
        said = [place for place in (SUBJECT, OPENING, BODY, ASK) if len(self.of_place(place)) > 1]
        return len(said) >= 2 and self.recurring >= FEW_RECUR
