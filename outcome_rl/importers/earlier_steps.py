"""Emails that a lead got before the one that its row tells of: counted only where an export leaves no doubt of them.

A row of a lead tells one step. That those before it went out follows from the tool sending its steps in their order;
that nothing came of them follows where nobody answered at all, or where the only answer was to the step that is told.
Tools can be set to write on after an answer, so an answer without its step leaves open which email drew it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from .entries import RowReader
from .fold import NO_REPLY, PENDING, PERSON, Decision, SentEmail
from .groups import DOUBLE, Judged
from .layouts import Shape
from .meanings import Meaning

_ANSWERS = {*PERSON, Meaning.AUTOMATIC, Meaning.DISMISSED}


class Order(StrEnum):
    """What an export says of the steps before the one that is told."""

    UNKNOWN = ""
    """Steps may be other than emails, be left out, or lie on branches."""
    ALL = "all"
    """Each of them is an email that went out."""
    COUNTED = "counted"
    """Each of them is one where the column ``emails_sent`` has as many."""


class Doubt(StrEnum):
    """Why the steps before are not counted."""

    ROWS = "several rows are of one person"
    NO_ORDER = "the export does not say that every step before was an email and went out"
    MOVED = "they were moved to another sequence"
    OFTEN = "they answered more than once, or how often is not told"
    WHICH = "they answered, and to which step is not told"


def steps_before(emails: Sequence[Judged], reader: RowReader) -> tuple[list[Judged], Doubt | None]:
    """(the emails before the one that a lead's row tells of, each with its outcome; why there are none, where there
    must have been some).

    ``emails`` are all of one recipient. An email that was not sent, bounced or has to be asked for tells of no others.
    """
    told = [judged for judged in emails if judged.decision.reason != DOUBLE]
    if not told or told[0].item.shape is not Shape.LEADS:
        return [], None
    last = told[0]
    step, sent = last.item.entry.step, last.item.entry.sent
    usable = last.decision.outcome is not None or last.decision.turned_down or last.decision.reason == PENDING
    if not step or sent is None or not usable:
        return [], None
    said = {signal.meaning for signal in (*sent.own, *sent.lead)}
    if doubt := Doubt.ROWS if len(told) > 1 else _doubt(last, said, reader):
        return [], doubt
    variant = last.item.entry.variant if reader.layout.variant_of_person else ""
    return [_before(last, number, _outcome(last.decision, said), variant) for number in range(step)], None


def _doubt(last: Judged, said: set[Meaning], reader: RowReader) -> Doubt | None:
    cells, layout = last.item.cells, reader.layout
    step = last.item.entry.step or 0
    counted = layout.earlier_steps == Order.COUNTED and _number(reader.cell(cells, "emails_sent")) == step + 1
    if not (layout.earlier_steps == Order.ALL or counted):
        return Doubt.NO_ORDER
    if reader.cell(cells, "other_sequence").strip():
        return Doubt.MOVED
    if not said & _ANSWERS:
        return None
    if _number(reader.cell(cells, "reply_count")) != 1:
        return Doubt.OFTEN
    automatic = Meaning.AUTOMATIC in said and not said & {Meaning.CONVERSION, Meaning.NEGATIVE}
    return None if layout.step_of_answers or automatic else Doubt.WHICH


def _outcome(last: Decision, said: set[Meaning]) -> Decision:
    """Nothing came of those before; whether that is final is told by the last one's age where nobody answered that."""
    over = Meaning.UNSUBSCRIBED in said or (said & _ANSWERS and Meaning.AUTOMATIC not in said)
    return Decision(NO_REPLY) if over else replace(last, turned_down=False, automatic=False, won_late=False)


def _before(last: Judged, step: int, decision: Decision, variant: str) -> Judged:
    """The email of a step before: its day is not told."""
    sent = SentEmail(step=step)
    entry = replace(last.item.entry, sent=sent, step=step, variant=variant, template="", evidence=())
    return Judged(replace(last.item, entry=entry), decision, step, inferred=True)


def _number(text: str) -> int | None:
    text = text.strip().removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) < 6 else None
