"""A sentence as it stands in one email, and beside which others it cannot stand."""

from __future__ import annotations

from dataclasses import dataclass

from ..sentence_bank.bank import ASK, Sentence

ALIKE = 0.5
"""Share of the smaller sentence's words that two sentences of one email may have in common at most."""


@dataclass(frozen=True)
class Part:
    """A sentence as it stands in the email for one context. terms: its telling words; numbers, of two digits and more,
    are among them. said: the sentences that it is made of, in small letters. address: how it addresses the reader, see
    :func:`outcome_rl.text.address.address_of`.
    """

    sentence: Sentence
    text: str
    tokens: tuple[int, ...]
    terms: frozenset[str]
    leaning: float
    names_topic: bool
    said: frozenset[str] = frozenset()
    address: str = ""

    @property
    def weight(self) -> float:
        """How likely it is to be said in this context, a logarithm."""
        return self.sentence.weight + self.leaning


def clash(one: Part, other: Part) -> bool:
    """Whether two sentences cannot stand in one email: they tell the same, or one says "du" and the other "Sie"."""
    return bool(one.address and other.address and one.address != other.address) or _alike(one, other)


def _alike(one: Part, other: Part) -> bool:
    """Whether two sentences tell the same: one sentence of several, most of the words, or, unless one is the ask, a
    number or a customer.
    """
    if one.said & other.said:
        return True
    shared, smaller = one.terms & other.terms, min(len(one.terms), len(other.terms))
    told = ASK not in (one.sentence.place, other.sentence.place)
    if told and any(term.isdigit() and len(term) > 1 for term in shared):
        return True
    if told and one.sentence.tells_of & other.sentence.tells_of:
        return True
    return smaller > 0 and len(shared) > ALIKE * smaller
