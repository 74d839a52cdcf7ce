"""Stand-ins for people: the same for the same person, everywhere in an import; merge fields stay fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..text.capitals import OPENERS, is_ordinary
from ..text.merge_fields import merge_fields_in
from ..text.merge_filling import field_key
from ..text.pii import NUMBER_MASK, mask_personal
from ..text.quotes import Cut
from ..text.signatures import greeting
from ..text.titles import WRITTEN
from .options import ImportedRow

_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]++@[\w-]++(?:\.[\w-]++)++")
_NAME_KEYS = ("firstname", "lastname", "fullname")
_LINKED = re.compile(r"(?:https?://)?(?:www\.)?linkedin\.com/in/[\w%-]+/?", re.I)
_STAND_IN = re.compile(r"\bPerson \d+\b")
_TITLES = re.compile(rf"(?:(?:{WRITTEN}|dipl|ing)\b\.?\s*)+", re.I)
SHORTEST_NAME = 2


@dataclass
class StandIns:
    """The people met so far, by address or by name. ``Person 1`` writes from ``p1@example.invalid``."""

    _people: dict[str, int] = field(default_factory=dict)

    def person(self, key: str) -> int:
        """The number of the person whom an address, or else a name, belongs to; 0 for nobody."""
        key = key.strip().lower()
        return self._people.setdefault(key, len(self._people) + 1) if key else 0

    def mask(self, row: ImportedRow) -> ImportedRow:
        """The row with stand-ins for its recipient and for everybody whose address is in it."""
        names = _names({**row.called, **row.fields})
        greeted, start, end = _greeted(row.email_text)
        number = self.person(row.recipient or names.get("fullname", "") or greeted)
        shown = _as_written(names, number)
        email = row.email_text
        if greeted and not any(name in greeted for name in shown):  # whom no column names, or by another name
            email = f"{email[:start]}Person {number}{email[end:]}"
            if not any(is_ordinary(word) or word.lower() in OPENERS for word in greeted.split()):  # Will, May
                shown[greeted] = f"Person {number}"

        def masked(text: str) -> str:
            return self._mask_text(text, shown)

        fields = {name: self._mask_field(name, value, number, masked) for name, value in row.fields.items()}
        recipient = f"p{number}@example.invalid" if "@" in row.recipient else f"person {number}"
        return replace(
            row,
            context=masked(row.context),
            email_text=masked(email),
            recipient=recipient if row.recipient else "",
            fields=fields,
            cuts=tuple(Cut(cut.kind, masked(cut.text)) for cut in row.cuts),
        )

    def describe(self, context: str, columns: Mapping[str, str]) -> str:
        """The context of a person who is written to, with a stand-in as in the emails that were learned from."""
        names = _names(columns)
        address = next((value for name, value in columns.items() if field_key(name) == "email"), "")
        return self._mask_text(context, _as_written(names, self.person(address or names.get("fullname", ""))))

    def _mask_field(self, name: str, value: str, number: int, masked: Callable[[str], str]) -> str:
        key = field_key(name)
        if not value.strip():
            return value
        if key in _NAME_KEYS and number:
            return {"firstname": "Person", "lastname": str(number)}.get(key, f"Person {number}")
        if key == "phone":
            return NUMBER_MASK
        return masked(value)

    def _mask_text(self, text: str, names: Mapping[str, str]) -> str:
        """Addresses, names and telephone numbers replaced, merge fields left as they are."""
        parts, end = [], 0
        for merge_field in merge_fields_in(text):
            parts += [self._mask_plain(text[end : merge_field.start], names), text[merge_field.start : merge_field.end]]
            end = merge_field.end
        return "".join(parts) + self._mask_plain(text[end:], names)

    def _mask_plain(self, text: str, names: Mapping[str, str]) -> str:
        if "@" in text:
            text = _ADDRESS.sub(lambda found: f"p{self.person(found.group())}@example.invalid", text)
        if "linkedin" in text.lower():
            text = _LINKED.sub("[profile]", text)
        for name, stand_in in names.items():
            if name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stand_in, text)
        return mask_personal_but_stand_ins(text)


def mask_personal_but_stand_ins(text: str) -> str:
    """Telephone numbers as ``[phone]``; our own stand-in addresses stay."""
    parts = re.split(r"(p\d+@example\.invalid)", text)
    return "".join(part if place % 2 else mask_personal(part) for place, part in enumerate(parts))


def with_own_name(text: str, columns: Mapping[str, str]) -> str:
    """An email with its recipient's name in the place of a stand-in; without one it stays."""
    if "Person " not in text:
        return text
    names = _names(columns)
    name = names.get("firstname") or names.get("fullname", "").partition(" ")[0]
    return _STAND_IN.sub(lambda found: name or found.group(), text)


def _names(columns: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in columns.items():
        key = field_key(name)
        if key in _NAME_KEYS and value.strip():
            found.setdefault(key, " ".join(value.split()))
    if "fullname" not in found and "firstname" in found:
        found["fullname"] = " ".join(filter(None, (found["firstname"], found.get("lastname", ""))))
    return found


def _greeted(email: str) -> tuple[str, int, int]:
    """(whom an email greets by name, without a title, where it stands); ``""`` where it greets nobody so."""
    found = greeting(email)
    if found is None or _STAND_IN.match(email, found.start):
        return "", 0, 0
    titles = _TITLES.match(found.text)
    start = found.start + (titles.end() if titles else 0)
    return email[start : found.end], start, found.end


def _as_written(names: Mapping[str, str], number: int) -> dict[str, str]:
    """What stands in for each way to write a name, the longest first."""
    ways: dict[str, str] = {}
    if not number:
        return ways
    full = names.get("fullname", "")
    first, last = names.get("firstname", ""), names.get("lastname", "")
    if not first and len(full.split()) > 1:
        first, last = full.split()[0], full.split()[-1]
    for name in (full, f"{first} {last}".strip(), first, last, f"{first}{last}".capitalize()):  # of kate@katemiller.com
        if len(name) >= SHORTEST_NAME:
            ways.setdefault(name, f"Person {number}")
            ways.setdefault(name.upper(), f"Person {number}")
    return dict(sorted(ways.items(), key=lambda item: -len(item[0])))
