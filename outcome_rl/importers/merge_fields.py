"""Merge fields of every tool: found, filled from a recipient's own columns, written in another tool's spelling.

``{{first_name}}``, ``{{ contact.firstname | default: 'there' }}``, ``{{first_name|there}}``, ``{firstName}``,
``*|FNAME|*``, ``%FNAME%``, ``%%first%%``, ``[First Name]``, ``${first_name}``, ``<<Name>>``, ``#FIRST_NAME#``. Spintax,
``{Hi|Hello}``, is no field, nor are brackets around a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_NAME = r"[A-Za-zÀ-ÿ][\w .\-À-ÿ]{0,48}?"
_DOUBLE = rf"\{{\{{\{{?\s*(?P<double>{_NAME})\s*(?:\|\s*(?P<rest>[^{{}}]{{0,200}}?))?\s*\}}?\}}\}}"
_STARS = rf"\*\|\s*(?P<stars>{_NAME})\s*\|\*"
_PERCENTS = r"%%(?P<percents>[A-Za-z]\w{0,40})%%"
_PERCENT = r"(?<![\w%])%(?P<percent>[A-Za-z][A-Za-z_]{1,40})%(?!\w)"
_DOLLAR = rf"\$\{{\s*(?P<dollar>{_NAME})\s*\}}"
_ANGLES = rf"<<(?P<angles>{_NAME})>>"
_GUILLEMETS = r"«\s*(?P<guillemets>[A-Za-z]\w{0,30}(?:_\w+)?)\s*»"
_SINGLE = rf"(?<![{{$])\{{\s*(?P<single>{_NAME})\s*\}}(?!\}})"
_SQUARE = rf"\[(?P<square>{_NAME})\](?!\()"
FIELD = re.compile("|".join((_DOUBLE, _STARS, _PERCENTS, _PERCENT, _DOLLAR, _ANGLES, _GUILLEMETS, _SINGLE, _SQUARE)))
SPINTAX = re.compile(r"(?<!\{)\{(?!\{)([^{}|\n]{0,200}(?:\|[^{}|\n]{0,200})+)\}(?!\})")
_DEFAULT = re.compile(r"""(?:default|fallback)\s*[:=(]?\s*["'“”‘’]?(.*?)["'“”‘’]?\)?\s*$""", re.I)
_BRACKETED = (
    "first name|last name|firstname|lastname|full name|name|your name|my name|sender name|company|company name"
    "|your company|title|job title|industry|city|country|phone|email|website|product|date|role|position|prospect"
    "|contact name|surname|vorname|nachname|firma|prénom|nombre|apellido|empresa"
    "|insert [a-z ]{1,20}|recipient(?: name)?|location|department"
)
_IN_BRACKETS = re.compile(_BRACKETED, re.I)
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


@dataclass(frozen=True)
class MergeField:
    """A merge field in a text: its name, what stands in for nothing (None: nothing does), where it is."""

    name: str
    fallback: str | None
    start: int
    end: int


def find_fields(text: str) -> list[MergeField]:
    """The merge fields of a text, in their order."""
    if not any(sign in text for sign in "{[%*<«"):
        return []
    found = []
    for match in FIELD.finditer(text):
        kind = match.lastgroup if match.lastgroup != "rest" else "double"
        name = " ".join(match.group(kind or "double").split())
        if kind == "square" and not _is_bracketed_field(name):
            continue
        if kind == "guillemets" and not _IN_BRACKETS.fullmatch(re.sub(r"_", " ", name)):
            continue  # French puts quotations in them
        if kind == "single" and len(name.split()) > 3:
            continue
        found.append(MergeField(name, _fallback(match.group("rest")), match.start(), match.end()))
    return found


def _is_bracketed_field(name: str) -> bool:
    return (
        _IN_BRACKETS.fullmatch(name) is not None or re.fullmatch(r"[A-Z][A-Z_]{2,30}|[a-z]+_[a-z_]+", name) is not None
    )


def _fallback(rest: str | None) -> str | None:
    if rest is None:
        return None
    found = _DEFAULT.fullmatch(rest.strip())
    text = found.group(1) if found else rest
    return text.strip().strip("\"'“”‘’").strip()


@lru_cache(maxsize=4096)
def field_key(name: str) -> str:
    """Fields that are called differently and mean the same: ``contact.firstname``, ``FNAME``, ``First Name``."""
    last = re.split(r"[.]", name)[-1]
    key = re.sub(r"[\W_]", "", last.lower().replace("é", "e"))
    return _CANONICAL.get(key, key)


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """A field's name in lower-case letters and digits alone."""
    return re.sub(r"[\W_]", "", name.lower())


def field_values(columns: Mapping[str, str]) -> dict[str, str]:
    """What a recipient's fields can be filled with, by :func:`field_key`; of two, the first that holds anything.

    A full name gives a first and a last one where there are none.
    """
    found: dict[str, str] = {}
    for name, value in columns.items():
        if value.strip():
            found.setdefault(field_key(name), value.strip())
            found.setdefault(plain_key(name), value.strip())
    if "fullname" in found and "firstname" not in found and len(found["fullname"].split()) > 1:
        found["firstname"], *rest = found["fullname"].split()
        found.setdefault("lastname", " ".join(rest))
    return found


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


def fill(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(the text with its fields filled, the names of those that nothing fills, those that their fallback fills).

    Fields that nothing fills stay as they are written.

    Args:
        values: by :func:`field_key`, from :func:`field_values`.
    """
    fields = find_fields(text)
    if not fields:
        return text, (), ()
    parts, open_fields, fallen, end = [], [], [], 0
    for field in fields:
        value = values.get(field_key(field.name)) or values.get(plain_key(field.name))
        if value is None and field.fallback is not None:
            value = field.fallback
            fallen.append(field.name)
        if value is None:
            open_fields.append(field.name)
            value = text[field.start : field.end]
        parts += [text[end : field.start], value]
        end = field.end
    return "".join(parts) + text[end:], tuple(dict.fromkeys(open_fields)), tuple(dict.fromkeys(fallen))


def has_spintax(text: str) -> bool:
    """Whether a text holds ``{Hi|Hello}``: which of them was sent is not in a template."""
    return SPINTAX.search(text) is not None


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
_NAMES = {"firstname": "first name", "lastname": "last name", "fullname": "full name", "email": "email"}


def respell(text: str, tool: str) -> str:
    """The text with its merge fields written as a tool writes them; fallbacks stay where the tool has them."""
    parts, end = [], 0
    for field in find_fields(text):
        parts += [text[end : field.start], spell(field.name, tool, field.fallback)]
        end = field.end
    return "".join(parts) + text[end:]


def spell(name: str, tool: str, fallback: str | None = None) -> str:
    """One field as a tool writes it."""
    pattern = SPELLINGS[tool]
    words = _NAMES.get(field_key(name)) or re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", name.split(".")[-1])
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
