"""What a name and an address tell of a recipient, where an export knows no more: a first name and a firm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from ..text.capitals import is_first_name
from ..text.titles import WRITTEN
from .firms import firm_of
from .role_names import OURS, ROLE_NAMES, spaced

FIRST_NAME, NAME, COMPANY = "first_name", "name", "company"
NAME_ROLES = (FIRST_NAME, "last_name", NAME)
ROLES = (*NAME_ROLES, "recipient")
"""The roles of columns that tell it."""
_TELLS: Mapping[str, tuple[str, ...]] = {FIRST_NAME: (FIRST_NAME, NAME), NAME: NAME_ROLES, COMPANY: ("recipient",)}
"""By the field of a sentence: the roles that it is told by where no column holds it."""
_BESIDE = frozenset({COMPANY, "location"})
"""Parts of a context beside which a first name stands; any other describes a recipient better."""
_TITLES = re.compile(rf"^(?:(?:{WRITTEN}|sra?|ing|dipl)\b\.?\s*)+", re.I)
_NAME = re.compile(r"(?:Ma?c(?=[A-Z]))?[^\W\d_][^\W\d_A-Z]+(?:['’-][^\W\d_]+)*")
_SUFFIXES = frozenset(
    ["jr", "sr", "ii", "iii", "iv", "esq", "phd", "md", "mba", "cpa", "dds", "inc", "ltd", "llc", "gmbh", "ag"]
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
MOST_OTHER = 0.2
"""Share of a column's cells that may hold something else than an address."""


def with_people(parts: Collection[str], roles: Collection[str]) -> list[str]:
    """The parts of a context, and what names and addresses tell where nothing else describes the recipients."""
    found = list(parts)
    if not set(found) <= _BESIDE:
        return found
    names = [FIRST_NAME] if set(_TELLS[FIRST_NAME]) & set(roles) else []
    firms = [COMPANY] if COMPANY not in found and "recipient" in roles else []
    return [*names, *firms, *found]


def telling_roles(field: str, roles: Collection[str]) -> tuple[str, ...]:
    """The roles among these that tell a sentence's field."""
    return tuple(role for role in _TELLS.get(field, ()) if role in roles)


def told(field: str, cells: Mapping[str, str]) -> str:
    """What the cells of a row, by their roles, tell of a field; ``""`` where they do not."""
    name = cells.get(NAME, "") if "@" not in cells.get(NAME, "") else ""
    if field == COMPANY:
        return firm_of(cells.get("recipient", ""))
    if field == FIRST_NAME:
        firm = cells.get(COMPANY, "") or firm_of(cells.get("recipient", ""))
        return cells.get(FIRST_NAME, "").strip() or first_name(name, firm)
    if field == NAME:
        return name.strip() or " ".join(filter(None, (cells.get(each, "").strip() for each in NAME_ROLES[:2])))
    return ""


def first_name(name: str, firm: str = "") -> str:
    """``Kate`` of ``Kate Miller``, ``Dr. Kate Miller``, ``Miller, Kate`` and ``Kate Miller, Sales Director``.

    ``""`` where the name is that of the ``firm``, as ``Bright Smile`` of ``Bright Smile Dental``.
    """
    before, behind = (_TITLES.sub("", part.strip()).split() for part in name.partition(",")[::2])
    words = behind if _is_first(behind, before) else before
    if not words:
        return ""
    own, whose = _words(name), _words(firm)
    is_firm = bool(own) and (set(own) <= set(whose) or "".join(own) == "".join(whose))
    of_a_person = is_first_name(words[0]) and not words[0].endswith(("'s", "’s"))
    return words[0] if of_a_person or not is_firm else ""


def _words(name: str) -> list[str]:
    """The words of a name, of a person or a firm, as an address would write them."""
    plain = name.lower().translate(_UMLAUTS)
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return [word for word in re.findall(r"[a-z0-9]+", letters) if word not in _SUFFIXES]


def _is_first(behind: Sequence[str], before: Sequence[str]) -> bool:
    """Whether what stands behind a comma is a first name, and no degree, suffix or position, as ``PhD`` or ``CEO``."""
    if not behind or behind[0].lower().strip(".") in _SUFFIXES:
        return False
    capitals = behind[0].isupper() and " ".join(before).isupper()
    if not (capitals or _NAME.fullmatch(behind[0])):
        return False
    return len(before) < 2 or is_first_name(behind[0]) or not is_first_name(before[0])


def person_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The columns of a list of people by their roles: names by what they are called, addresses by what they hold."""
    called = {_key(name): name for name in reversed(header)}
    found = {}
    for role in NAME_ROLES:
        if column := next((called[_key(each)] for each in ROLE_NAMES[role] if _key(each) in called), None):
            found[role] = column
    for place, name in enumerate(header):
        cells = [] if OURS.search(spaced(name)) else [row[place] for row in rows if row[place].strip()]
        if cells and sum("@" not in cell for cell in cells) <= MOST_OTHER * len(cells):
            found["recipient"] = name
            break
    return found


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())
