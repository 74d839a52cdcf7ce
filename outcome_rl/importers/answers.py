"""What an answer says by its own words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from ..text.agreed_meetings import agrees_to_meet
from ..text.automatic_replies import (
    is_accepted_subject,
    is_automatic_subject,
    is_automatic_text,
    is_bounce_subject,
    is_declined_subject,
)
from ..text.cleaning import clean_email
from ..text.orders import places_an_order
from ..text.refusals import is_refusal
from . import saying_words
from .meanings import Form, Meaning, Signal, known_word


def agrees(text: str) -> bool:
    """Whether an answer agrees to meet, or orders something, in so many words."""
    return agrees_to_meet(text) or places_an_order(text)


def as_written(said: Signal, form: Form, answer: str) -> Signal:
    """A reply, with what its words in the row say; where a word names it, that is what somebody made of a refusal."""
    if is_refusal(answer):
        return said if form is Form.WORD else replace(said, meaning=Meaning.NEGATIVE)
    return replace(said, agrees=agrees(answer))


_SUM = re.compile(r"[$€£]|\b(?:eur|usd|gbp|chf|euros?|dollars?)\b|\d[\d.,' ]*k?", re.I)
_LOST = re.compile(
    r"\b(?:lost|verloren|perdue?|perdido|cancell?ed|abgesagt|annul\w+|no[- ]show|then|fell through|declin\w+"
    r"|refund\w*|returned|postponed|dann|storn\w+|geplatzt|puis|rembours\w+|luego|devuelt\w+)\b",
    re.I,
)
"""What takes a sale or a meeting back, beside what denies it."""


def as_noted(said: Signal, note: str) -> Signal:
    """A reply, with what somebody has noted of it: that they were won, or a meeting that was agreed."""
    parts = [_SUM.sub(" ", part) for part in re.split(r"[;,\n]|\.\s", note)]
    undone = _LOST.search(note) or saying_words.DENIED.search(note)
    if any(known_word(part, codes=False) is Meaning.CONVERSION for part in parts) and not undone:
        return replace(said, meaning=Meaning.CONVERSION, named=True)
    return replace(said, agrees=said.agrees or agrees(note))


def tells_automatic(note: str) -> bool:
    """Whether a note says that the answer was an automatic one, and tells of no other after it."""
    found = saying_words.AUTOMATIC_BESIDE_A_REPLY.match(note)
    of_a_person = (saying_words.SOMETHING_LATER, saying_words.ASKED, saying_words.CONVERSION)
    return found is not None and not any(each.search(found["rest"]) for each in of_a_person)


def message_answer(subject: str, text: str, at: datetime | None) -> Signal:
    """What a message that came back is."""
    if is_bounce_subject(subject):
        return Signal(Meaning.BOUNCED, at)
    if is_accepted_subject(subject):
        return Signal(Meaning.CONVERSION, at)
    if is_declined_subject(subject):  # no answer to the email, as in mailboxes
        return Signal(Meaning.AUTOMATIC, at)
    own = clean_email(text).text
    if is_automatic_subject(subject) or is_automatic_text(own):
        return Signal(Meaning.AUTOMATIC, at)
    return written_answer(own, at)


def written_answer(own: str, at: datetime | None) -> Signal:
    """What a person's answer is by its own words, without what it quotes."""
    if is_refusal(own):
        return Signal(Meaning.NEGATIVE, at, written=True)
    return Signal(Meaning.REPLY, at, written=True, agrees=agrees(own))
