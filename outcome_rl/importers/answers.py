"""What an answer says by its own words."""

from __future__ import annotations

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
from ..text.refusals import is_refusal
from .meanings import Form, Meaning, Signal


def as_written(said: Signal, form: Form, answer: str) -> Signal:
    """A reply, with what its words in the row say; where a word names it, that is what somebody made of a refusal."""
    if is_refusal(answer):
        return said if form is Form.WORD else replace(said, meaning=Meaning.NEGATIVE)
    return replace(said, agrees=agrees_to_meet(answer))


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
    return Signal(Meaning.REPLY, at, written=True, agrees=agrees_to_meet(own))
