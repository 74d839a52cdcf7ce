"""Merge fields filled from a recipient's own columns, and written in another tool's spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial

from .liquid_filters import filtered
from .merge_fields import PERSONAL, USUAL, MergeField, merge_fields_in

_CHOICE = (
    rf"\{{(?![{{%])(?!\s{{0,9}}{PERSONAL}\s{{0,9}}\|[^{{}}|\n]*\}})"
    r"([^{}|\n]{0,200}(?:\|[^{}|\n]{0,200})+)\}"
)
SPINTAX = re.compile(rf"(?<!\{{){_CHOICE}(?!\}})")
_INNERMOST = re.compile(_CHOICE)
_RANDOM = re.compile(r"\{\{\s{0,9}(?:random|spin(?:tax)?)\s{0,9}[|:]([^{}\n]{1,600})\}\}", re.I)
"""Instantly's spintax: ``{{RANDOM | Hi | Hello}}``."""
_IN_BRACES = re.compile(r"\{\{[^{}\n]{1,200}\}\}|\{%[^{}\n]{1,200}%\}")
_HELD, _HELD_END = "\ue000", "\ue001"
MOST_NESTED = 6
SAME: Mapping[str, tuple[str, ...]] = {
    "firstname": ("firstname", "fname", "first", "givenname", "vorname", "prenom", "name1", "contactfirstname"),
    "lastname": ("lastname", "lname", "last", "surname", "familyname", "nachname", "contactlastname"),
    "fullname": ("fullname", "name", "contactname", "leadname", "recipientname"),
    "company": ("company", "companyname", "organization", "organisation", "account", "accountname", "firma"),
    "title": ("title", "jobtitle", "position", "role"),
    "industry": ("industry", "sector", "branche"),
    "email": ("email", "emailaddress", "leademail", "recipientemail"),
    "city": ("city", "location", "stadt"),
    "country": ("country", "land"),
    "website": ("website", "companyurl", "domain", "url"),
    "phone": ("phone", "phonenumber", "mobile"),
}
"""Names of one thing; a field called by one of them is filled from a column called by another."""
_CANONICAL = {name: thing for thing, names in SAME.items() for name in names}
_IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,64}", re.I)
"""What a program calls something, and nobody in an email."""
_SENDERS = frozenset(("sender", "owner", "user", "rep", "seller", "mailbox", "me", "my", "from", "signature"))
_THINGS = frozenset((
    "product", "plan", "deal", "opportunity", "offer", "order", "invoice", "event", "meeting", "call", "webinar",
    "demo", "campaign", "sequence", "course", "ticket", "job", "item", "page", "post", "article", "site", "forloop",
))  # fmt: skip
"""Whose fields are none of the recipient's: ``{{sender.first_name}}``, ``{{product.name}}``."""


@lru_cache(maxsize=4096)
def field_key(name: str) -> str:
    """Fields that are called differently and mean the same: ``contact.firstname``, ``FNAME``, ``First Name``."""
    *whose, last = name.split(".")
    key = re.sub(r"[\W_]", "", last.lower().replace("é", "e"))
    owner = plain_key(whose[-1]) if whose else ""
    if owner in _SENDERS:
        return f"sender{key}"
    if owner in _THINGS:
        return f"{owner}{key}"
    if key == "name" and _CANONICAL.get(owner) == "company":
        return "company"
    return _CANONICAL.get(key, key)


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """A field's name in lower-case letters and digits alone."""
    return re.sub(r"[\W_]", "", name.lower())


def is_known(field: MergeField) -> bool:
    """Whether it is in double braces and of a name that every sending tool fills in: ``{{first_name}}``."""
    return field.is_merge_field and (field.key in USUAL or field_key(field.name) in SAME)


def field_values(columns: Mapping[str, str]) -> dict[str, str]:
    """What a recipient's fields can be filled with, by :func:`field_key`; of two, the first that holds anything.

    A full name gives a first and a last one where there are none.
    """
    found: dict[str, str] = {}
    for name, value in columns.items():
        if value.strip():
            if field_key(name) != plain_key(name) and _IDENTIFIER.fullmatch(value.strip()):
                continue  # "organization" may be the sending tool's own number of the seller
            found.setdefault(field_key(name), value.strip())
            found.setdefault(plain_key(name), value.strip())
    if "fullname" in found and "firstname" not in found and len(found["fullname"].split()) > 1:
        found["firstname"], *rest = found["fullname"].split()
        found.setdefault("lastname", " ".join(rest))
    return found


def known_fields(columns: Mapping[str, str]) -> dict[str, str]:
    """The same, and ``""`` for what a recipient's row has a column of and nothing in it: that decides conditions."""
    found = field_values(columns)
    for name in columns:
        found.setdefault(field_key(name), "")
        found.setdefault(plain_key(name), "")
    return found


def value_in(values: Mapping[str, str], name: str) -> str | None:
    """What a field holds by such values; None: nothing says."""
    exact = values.get(plain_key(name))
    return exact or values.get(field_key(name), exact)


def custom_fields(text: str) -> dict[str, str]:
    """The fields of a JSON object in a cell, as Instantly's payload; {} for what is none."""
    if not text.strip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {str(name): str(each) for name, each in value.items() if isinstance(each, (str, int, float)) and each != ""}


def fill(
    text: str, values: Mapping[str, str] | Callable[[], Mapping[str, str]]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(the text with its fields filled, the names of those that nothing fills, those that their fallback fills).

    Fields that nothing fills stay as they are written.

    Args:
        values: by :func:`field_key`, from :func:`field_values`; or what gives them, asked only where there is a field.
    """
    fields = merge_fields_in(text)
    if not fields:
        return text, (), ()
    values = values() if callable(values) else values
    parts, open_fields, fallen, end = [], [], [], 0
    for field in fields:
        value, fell = _read(field, partial(value_in, values))
        fallen += [field.name] * fell
        if value is None:
            open_fields.append(field.name)
            value = text[field.start : field.end]
        parts += [text[end : field.start], value]
        end = field.end
    return "".join(parts) + text[end:], tuple(dict.fromkeys(open_fields)), tuple(dict.fromkeys(fallen))


def _read(field: MergeField, lookup: Callable[[str], str | None]) -> tuple[str | None, bool]:
    """(what a field reads, None where nothing fills it; whether that is its fallback)."""
    value = lookup(field.name)
    if field.filters:
        return filtered(value, field.filters, lookup)
    return (field.fallback, True) if not value and field.fallback is not None else (value, False)


def fill_named(text: str, names: Collection[str], lookup: Callable[[str], str | None]) -> str:
    """The text with only those fields filled that have one of these names, by :func:`plain_key`."""
    parts, end = [], 0
    for field in merge_fields_in(text):
        value = _read(field, lookup)[0] if plain_key(field.name) in names else None
        if value is not None:
            parts += [text[end : field.start], value]
            end = field.end
    return "".join(parts) + text[end:]


def has_spintax(text: str) -> bool:
    """Whether a text holds ``{Hi|Hello}``: which of them was sent is not in a template."""
    return SPINTAX.search(text) is not None or _RANDOM.search(text) is not None


def _first_choice(found: re.Match[str]) -> str:
    first = found.group(1).split("|")[0]
    return first.strip() if found.re is _RANDOM else first


def first_choices(text: str) -> str:
    """The text with the first of each choice of a template, whatever fields and choices it holds itself:
    ``{Hi {{first_name}}|Hello}``, ``{{RANDOM | Hi | Hello}}``.
    """
    if "|" not in text or _HELD in text:
        return text
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found.group())
        return f"{_HELD}{len(held) - 1}{_HELD_END}"

    for _ in range(MOST_NESTED):
        before = text
        text = _IN_BRACES.sub(hold, _RANDOM.sub(_first_choice, text))
        text = _INNERMOST.sub(_first_choice, _RANDOM.sub(_first_choice, text))  # what it held is out of its way now
        if text == before:
            break
    while _HELD in text:
        text = re.sub(f"{_HELD}(\\d+){_HELD_END}", lambda found: held[int(found.group(1))], text)
    return text


SPELLINGS: Mapping[str, str] = {
    "smartlead": "{{first_name}}",
    "instantly": "{{firstName}}",
    "lemlist": "{{firstName}}",
    "apollo": "{{first_name}}",
    "outreach": "{{first_name}}",
    "salesloft": "{{first_name}}",
    "hubspot": "{{ contact.firstname }}",
    "woodpecker": "{{FIRST_NAME}}",
    "replyio": "{FirstName}",
    "mailchimp": "*|FNAME|*",
    "generic": "{{first_name}}",
}
"""How each tool writes a field, shown by the first name."""
_COMPANY_NAME = frozenset(("smartlead", "instantly", "lemlist"))
"""Tools that call the company's field "company name"; to the others it is "company"."""
_NAMES = {"firstname": "first name", "lastname": "last name", "fullname": "full name", "email": "email"}


def respell(text: str, tool: str) -> str:
    """The text with its merge fields written as a tool writes them; fallbacks stay where the tool has them."""
    parts, end = [], 0
    for field in merge_fields_in(text):
        parts += [text[end : field.start], spell(field.name, tool, field.fallback)]
        end = field.end
    return "".join(parts) + text[end:]


def spell(name: str, tool: str, fallback: str | None = None) -> str:
    """One field as a tool writes it."""
    pattern = SPELLINGS[tool]
    key = field_key(name)
    company = "company name" if tool in _COMPANY_NAME else "company"
    known = company if key in ("company", "companyname") and tool != "generic" else _NAMES.get(key)
    words = known or re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", name.split(".")[-1])
    parts = words.lower().split()
    if tool == "mailchimp":
        short = {"first name": "FNAME", "last name": "LNAME"}.get(" ".join(parts), "".join(parts).upper()[:10])
        return f"*|{short}|*"
    if "first_name" in pattern:
        spelled = "_".join(parts)
    elif "firstName" in pattern:
        spelled = parts[0] + "".join(map(str.capitalize, parts[1:]))
    elif "FIRST_NAME" in pattern:
        spelled = "_".join(parts).upper()
    elif "FirstName" in pattern:
        spelled = "".join(map(str.capitalize, parts))
    else:
        spelled = "contact." + "".join(parts)
    whole = re.sub(r"(?:contact\.)?[A-Za-z_]+", lambda _: spelled, pattern, count=1)
    return whole.replace("}}", f"|{fallback}}}}}") if fallback and whole.endswith("}}") else whole
