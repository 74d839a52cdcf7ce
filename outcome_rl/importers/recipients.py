"""Whom emails are written for: a file with a row for each recipient, whose own columns go along with the email."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..data.csv_io import open_table
from ..data.dataset import read_contexts
from ..errors import DataError
from ..text.merge_fields import merge_fields_in
from ..text.merge_filling import field_key, field_values, fill
from ..text.quoted import quote_some
from .composition import STEP, Composition
from .context import ContextMaker, context_columns, default_sentence
from .people import person_columns, with_people
from .stand_ins import StandIns, with_own_name

Rows = Sequence[tuple[str, ...]]
FIELDS = ("fullname", "firstname", "lastname", "company")
"""What a template leaves open for each recipient."""
_WRITTEN = {
    "fullname": "{{full_name}}",
    "firstname": "{{first_name}}",
    "lastname": "{{last_name}}",
    "company": "{{company}}",
}
SHORTEST_VALUE = 2


FIRST_STEP = "1"
"""Which email it is to somebody of whom a file does not say it."""


@dataclass(frozen=True)
class Recipients:
    """One context for each, and the columns that each has; no columns where the file holds contexts alone."""

    contexts: tuple[str, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    composed_as: str = ""
    """The sentence that contexts were composed by, where the file has none."""
    learned: str = ""
    """The sentence of the emails that were learned from, where one is known and the file has no contexts."""
    missing: tuple[str, ...] = ()
    """The columns that are needed for that and not there, so that it was not used."""
    used: tuple[str, ...] = ()
    """The columns that contexts were composed of."""
    unused: tuple[str, ...] = ()
    """The others, without that of the addresses."""

    @property
    def all_alike(self) -> bool:
        """Whether nothing of the rows went into contexts that were composed, so that all are the same."""
        return bool(self.composed_as) and not self.used

    def columns(self, place: int) -> dict[str, str]:
        """The columns of one recipient by their names."""
        return dict(zip(self.header, self.rows[place], strict=True)) if self.header else {}

    @property
    def said(self) -> str:
        """How contexts were composed, and whether as in the emails that were learned from; else empty."""
        if not self.composed_as:
            return ""
        if self.all_alike:
            return (
                f"Nothing of the file goes into the contexts, as the emails that were learned from told nothing of "
                f"their recipients: all are '{self.contexts[0]}'"
            )
        return self._composed_as + (f"; not used for them: {quote_some(self.unused)}" if self.unused else "")

    @property
    def _composed_as(self) -> str:
        if not self.missing:
            known = ", as in the emails that were learned from" if self.learned else ""
            return f"Contexts are composed as: {self.composed_as}{known}"
        lack = f"column{'s' if len(self.missing) > 1 else ''} {quote_some(self.missing)}"
        return (
            f"Without the {lack} contexts are composed as: {self.composed_as}; "
            f"in the emails that were learned from it was: {self.learned}"
        )


def read_recipients(path: Path, column: str = "context", learned: Composition | None = None) -> Recipients:
    """The recipients of a file; without a column of contexts, contexts composed of title, company and the like.

    Args:
        learned: how contexts of the emails that were learned from were composed; so are these, if the file has the
            columns.

    Raises:
        DataError: the file cannot be read, or nothing in it makes a context.
    """
    if path.suffix.lower() == ".txt":
        return Recipients(tuple(read_contexts(path)))
    header, records = open_table(path)
    rows = [tuple(record.cells) for record in records if any(cell.strip() for cell in record.cells)]
    roles = person_columns(header, rows)
    found, missing = learned.find(header, roles) if learned else ({}, ())
    place = next((i for i, name in enumerate(header) if name.lower() == column), None)
    telling = "recipient" in roles or (learned and not missing and (found or roles))
    if len(header) == 1 and (place is not None or not telling):
        return Recipients(tuple(read_contexts(path)))
    if place is not None:
        return _masked(_with_contexts(path, header, rows, place), learned)
    if learned and not missing and learned.sentence == "{context}":
        read = _with_contexts(path, header, rows, header.index(found["context"]))
        read = replace(read, composed_as=f"{{{found['context']}}}", learned=learned.shown, used=(found["context"],))
        return _masked(read, learned)
    if learned and not missing and rows:
        return _masked(_composed(header, rows, learned.sentence, found, roles, learned.shown), learned)
    parts = context_columns(header)
    known = with_people(parts, roles)
    if not known or not rows:
        raise DataError(
            f"{path.name}: column '{column}' is missing, and no name, title, company or the like makes one; the "
            f"columns found are {quote_some(header)}"
        )
    made = _composed(header, rows, default_sentence(known), parts, roles)
    return _masked(replace(made, learned=learned.shown, missing=missing), learned) if learned else made


def _masked(read: Recipients, learned: Composition | None) -> Recipients:
    """With stand-ins for people in the contexts, where those that were learned from have them."""
    if not learned or not learned.masked:
        return read
    people = StandIns()
    contexts = tuple(people.describe(context, read.columns(place)) for place, context in enumerate(read.contexts))
    return replace(read, contexts=contexts)


def _with_contexts(path: Path, header: Sequence[str], rows: Rows, place: int) -> Recipients:
    """Those whose contexts stand in a column. Raises DataError where it is empty."""
    kept = [row for row in rows if row[place].strip()]
    if not kept:
        raise DataError(
            f"{path.name}: there are no contexts in it; one a row is needed in the column '{header[place].lower()}'"
        )
    others = [i for i in range(len(header)) if i != place]
    own = tuple(tuple(row[i] for i in others) for row in kept)
    return Recipients(tuple(row[place].strip() for row in kept), tuple(header[i] for i in others), own)


def _composed(
    header: Sequence[str],
    rows: Rows,
    sentence: str,
    columns: Mapping[str, str],
    roles: Mapping[str, str],
    learned: str = "",
) -> Recipients:
    """Those whose contexts are composed of these columns: ``columns`` by the sentence's fields, those of names and
    addresses by their ``roles``.
    """
    maker = ContextMaker(sentence, header, columns, roles)
    tables = (dict(zip(header, row, strict=True)) for row in rows)
    contexts = tuple(maker.make(row, row.get(columns.get(STEP, ""), "").strip() or FIRST_STEP) for row in tables)
    unused = tuple(name for name in header if name not in maker.used and name != roles.get("recipient"))
    return Recipients(contexts, tuple(header), tuple(rows), sentence, learned, used=maker.used, unused=unused)


def filled(text: str, columns: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """(an email with its merge fields filled from a recipient's columns, the names of those that nothing fills)."""
    text = with_own_name(text, columns)
    if not merge_fields_in(text):
        return text, ()
    done, missing, _ = fill(text, field_values(columns))
    return done, missing


def as_template(text: str, columns: Mapping[str, str]) -> str:
    """An email with merge fields in the place of the recipient's own name and company; others stay as they are."""
    values = field_values({name: value for name, value in columns.items() if field_key(name) in FIELDS})
    if "fullname" not in values and {"firstname", "lastname"} <= values.keys():
        values["fullname"] = f"{values['firstname']} {values['lastname']}"
    known = [(values[thing], thing) for thing in FIELDS if len(values.get(thing, "")) >= SHORTEST_VALUE]
    for value, thing in sorted(known, key=lambda each: -len(each[0])):  # a company may be called by a person's name
        text = _replaced(text, value, _WRITTEN[thing])
    return text


def _replaced(text: str, value: str, field: str) -> str:
    """The text with a value as a whole word replaced, outside of the merge fields that are there."""
    parts, end = [], 0
    fields: Sequence[tuple[int, int]] = [(each.start, each.end) for each in merge_fields_in(text)]
    for start, stop in (*fields, (len(text), len(text))):
        plain = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _: field, text[end:start])
        parts += [plain, text[start:stop]]
        end = stop
    return "".join(parts)
