"""Merge fields and placeholders of an email: what a mail program, or a hurried seller, is to fill in.

``{{first_name}}``, ``{{ contact.firstname | default: 'there' }}``, ``{{first_name|there}}``, ``{firstName}``,
``{!Contact.FirstName}``, ``{$name}``, ``${first_name}``, ``*|FNAME|*``, ``%FNAME%``, ``%%first%%``, ``[First Name]``,
``[FirstName|there]``, ``[[first_name]]``, ``<<Name>>``, ``<first_name>``, ``<%= name %>``, ``#FIRST_NAME#``,
``##name##``, ``@@name@@``, ``$first_name$``, ``__FIRST_NAME__``. Spintax, ``{Hi|Hello}``, is no field, nor are
brackets around a sentence and tags of templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .liquid_filters import DEFAULTS, filters_of
from .remembered import TEXTS, remembered
from .subject_line import LABEL
from .template_tags import tags_in

_CAPITALS = r"(?:FIRST|LAST|FULL|COMPANY)?_?NAME|FNAME|LNAME|COMPANY"
_NAME = r"[^\W\d_][\w .\-]{0,48}?"
_GAP = r"\s{0,9}"  # without an end, two of them side by side take the square of a long run of spaces
_DOUBLE = rf"\{{\{{\{{?{_GAP}[.!~]?(?P<double>{_NAME}){_GAP}(?:\|{_GAP}(?P<rest>[^{{}}]{{0,200}}?))?{_GAP}\}}?\}}\}}"
_OTHER = r"\{\{(?P<other>(?![#/^>&!]|else\b)[^{}\n]{0,80}[^\W\d_][^{}\n]{0,80})\}\}"
_STARS = rf"\*\|{_GAP}(?P<stars>{_NAME}(?::[\w ]{{1,30}})?){_GAP}\|\*"
_PERCENTS = r"%%(?P<percents>[A-Za-z]\w{0,40}(?: \w{1,20}){0,2})%%"
_PERCENT = r"(?<![\w%])%(?P<percent>[A-Za-z][A-Za-z_.]{1,40})%(?!\w)"
_DOLLAR = rf"\$\{{{_GAP}(?P<dollar>{_NAME}){_GAP}\}}"
_DOLLARS = rf"(?<![\w$])\$(?P<dollars>[A-Za-z]+(?:_[A-Za-z]+)+|{_CAPITALS}|(?i:(?:first|last|full)name))\$?(?!\w)"
_ANGLES = rf"<<(?P<angles>{_NAME})>>"
_ANGLE = r"(?<!<)<(?P<angle>[A-Za-z]{2,20}(?:[_ ][A-Za-z]{2,20}){0,2}|[a-z]+[A-Z][A-Za-z]+)>(?!>)"
_ERB = rf"<%=?{_GAP}(?P<erb>{_NAME}){_GAP}%>"
_GUILLEMETS = rf"«{_GAP}(?P<guillemets>[A-Za-z]\w{{0,30}}(?:_\w+)?){_GAP}»"
_SINGLE = rf"(?<![{{$])\{{{_GAP}[!$%#]?{_GAP}(?P<single>{_NAME}){_GAP}[%#]?\}}(?!\}})"
PERSONAL = r"(?i:(?:first|last|full|company)[_ ]?name|[fl]name|name|company|vorname|nachname|firma|prénom|nombre|nome)"
"""Names that stand before a bar as fields, ``{first_name|there}``, where other words are a choice of two."""
_FALLEN = rf"(?<![{{$])\{{{_GAP}(?P<fallen>{PERSONAL}){_GAP}[|,](?P<instead>[^{{}}|,\n]{{0,60}})\}}(?!\}})"
_SQUARES = rf"\[\[{_GAP}(?P<squares>{_NAME}){_GAP}(?::[^\[\]\n]{{0,60}})?\]\]"
_SQUARE_FALLEN = rf"\[{_GAP}(?P<chosen>{PERSONAL}){_GAP}\|{_GAP}(?P<otherwise>[^\[\]|\n]{{0,60}})\]"
_SQUARE = rf"\[%?(?P<square>{_NAME})%?\](?!\()"
_HASHES = r"##\s?(?P<hashes>[A-Za-z]\w{1,40})\s?##|@@(?P<ats>[A-Za-z]\w{1,40})@@"
_HASH = r"(?<![\w#])#(?P<hash>[A-Z][A-Z_]{2,40}|[A-Z][a-z]+[A-Z]\w{1,30})#(?!\w)"
_ROUND = r"\((?P<round>(?i:(?:your|first|last|full) name))\)"
_BLANK = r"(?<=[a-z] )(?P<blank>X{3,}|_{3,})(?=[ ,.!?:;])"  # Hi XXX, Hi ____
_LENSES = r"【(?P<lenses>[^【】\n]{1,20})】"
_LINES = r"(?<!\w)__(?P<lines>[A-Z]+(?:_[A-Z]+){0,3}|(?:first_|last_)?name|company)__(?!\w)"
_BARS = rf"(?<![\w*|])\|(?P<bars>{_CAPITALS})\|(?![\w*|])|(?<![\w-])-(?P<dashes>{_CAPITALS})-(?![\w-])"
_SHAPES = (_DOUBLE, _OTHER, _STARS, _PERCENTS, _PERCENT, _DOLLAR, _DOLLARS, _ANGLES, _ANGLE, _ERB, _GUILLEMETS, _SINGLE)
_MORE = (_FALLEN, _SQUARE_FALLEN, _SQUARES, _SQUARE, _HASHES, _HASH, _LINES, _BARS, _ROUND, _BLANK, _LENSES)
FIELD = re.compile("|".join((*_SHAPES, *_MORE)))
_SIGN = re.compile(rf"[{{[%*<«#@$_|]|-(?:{_CAPITALS})-|\((?i:your|first|last|full) |XXX|【")
"""A text without any of these holds no field."""
_DEFAULT = re.compile(r"""(?:default|fallback)\s*[:=(]?\s*["'“”‘’]?(.*?)["'“”‘’]?\)?\s*$""", re.I)
_BRACKETED = (
    "first name|last name|firstname|lastname|full name|name|your name|my name|sender name|company|company name"
    "|your company|title|job title|industry|city|country|phone|email|website|product|date|role|position|prospect"
    "|contact name|surname|vorname|nachname|firma|prénom|nombre|apellido|empresa"
    "|insert [a-z ]{1,20}|recipient(?: name)?|location|department|(?:[a-z]+ )?name here|fname|lname|nom|nome|cognome"
    "|azienda|société|entreprise|naam|voornaam|achternaam|bedrijf|jméno|příjmení|imię|nazwisko|nimi|etunimi|yritys"
    "|förnamn|efternamn|företag|fornavn|etternavn|efternavn|имя|фамилия|компания|ім'я|名前|お名前|会社名|姓名|公司|이름|회사"
)
_IN_BRACKETS = re.compile(_BRACKETED, re.I)
_PLACEHOLDER = re.compile(
    r"""\{\{[^{}\n]{1,60}\}\}            # {{anything}}
    | \$?\{[A-Za-z][^{}\n]{0,40}\}       # {anything}, ${anything}
    | \[(?!\d{1,3}\])(?=[^\[\]\n]{0,60}[^\W\d_])[^\[\]\n]{1,60}\](?!\()  # [Anything], not [1], not [text](link)
    | <(?i:(?:your|first|last|sender|company|customer|name|product|date|insert|title)\b)[^<>\n]{0,40}>
    """,
    re.X,
)
"""What is wider than a field and still for somebody to fill in."""
HALF_FIELD = re.compile(r"\{\{(?![^{}]{0,200}\})\s?[^\W\d_][\w.]{0,40}")
"""A field that was begun and never closed, ``{{first_nam``: no tool fills it in."""
USUAL = {
    "first_name": "Alex",
    "last_name": "Field",
    "name": "Alex",
    "sender_name": "Sam Field",
    "company": "your company",
}
"""What stands for a field while an email is read."""
_BEFORE_A_TAG = re.compile(rf"\s*(?:{LABEL}\s*)?(?:(?:re|fw|fwd|aw|wg):\s*)*", re.I)
_MODIFIERS = {"TITLE": "title", "UPPER": "upcase", "LOWER": "downcase"}
"""Mailchimp's filters, as in ``*|UPPER:COMPANY|*``, and what other tools call them."""
_MODIFIED = re.compile(rf"({'|'.join(_MODIFIERS)}):")
_NOT_WORD = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class MergeField:
    """A field at ``start:end`` of a text: its ``name`` as written, what stands in for nothing (None: nothing does)."""

    name: str
    text: str
    start: int
    end: int
    fallback: str | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What a tool does with its value: ``{{ first_name | capitalize }}``."""

    @property
    def key(self) -> str:
        """The name in small letters with underscores, however it is written."""
        return _key(self.name)

    @property
    def is_merge_field(self) -> bool:
        """Whether it is in double braces, as mail programs fill in; anything else is left for a person."""
        return self.text.startswith("{{")


def merge_fields_in(text: str) -> list[MergeField]:
    """The merge fields of a text, in their order; brackets around anything else are none."""
    if not _SIGN.search(text):
        return []
    found = [field for match in FIELD.finditer(text) if (field := _field(match)) is not None]
    return [field for field in found if not _is_tag(field, text)]


def _field(match: re.Match[str]) -> MergeField | None:
    if match.lastgroup in ("instead", "otherwise"):
        name = match.group("fallen") or match.group("chosen")
        fallback = match.group(match.lastgroup).strip()
        return MergeField(" ".join(name.split()), match.group(), match.start(), match.end(), fallback)
    kind = "double" if match.lastgroup in ("rest", None) else match.lastgroup
    name = " ".join(match.group(kind).split())
    if kind == "square" and not _is_bracketed_field(name):
        return None
    if kind in ("guillemets", "angle", "lenses") and not _is_angled_field(name):
        return None  # French puts quotations in them
    if kind == "single" and (len(name.split()) > 3 or len(name) < 2):
        return None
    if tags_in(match.group()):
        return None  # {% if company %}
    if kind == "stars" and (of := _MODIFIED.match(name)):
        return MergeField(name[of.end() :], match.group(), *match.span(), filters=((_MODIFIERS[of.group(1)], ()),))
    rest = match.group("rest")
    filters = () if rest is None else filters_of(_bare(rest))
    return MergeField(name, match.group(), match.start(), match.end(), _fallback(rest), filters)


def _is_tag(field: MergeField, text: str) -> bool:
    """Whether a word in brackets only marks a subject, as ``[REQUEST] A pizza`` and ``Subject: [EXTERNAL] Re: …``."""
    if (
        not field.text.startswith("[")
        or field.text.startswith("[[")
        or _IN_BRACKETS.fullmatch(field.key.replace("_", " "))
    ):
        return False
    return _BEFORE_A_TAG.fullmatch(text[: field.start]) is not None


def _is_bracketed_field(name: str) -> bool:
    written = re.fullmatch(r"[A-Z][A-Z_]{2,30}|[a-z]+[_.][a-z_.]+|[a-z]+[A-Z]\w+", name)
    return _IN_BRACKETS.fullmatch(name) is not None or written is not None


def _is_angled_field(name: str) -> bool:
    """A name in one pair of angles; HTML's own tags are none."""
    return name.lower() != "title" and _IN_BRACKETS.fullmatch(_key(name).replace("_", " ")) is not None


def _bare(rest: str) -> str:
    """What stands behind the bar, or behind two: ``{{first_name || 'there'}}``."""
    return rest.strip().removeprefix("|").strip()


def _fallback(rest: str | None) -> str | None:
    if rest is None:
        return None
    rest = _bare(rest)
    if filters := filters_of(rest):
        return next((said[0] if said else "" for name, said in filters if name in DEFAULTS), None)
    found = _DEFAULT.fullmatch(rest)
    text = found.group(1) if found else rest
    return text.strip().strip("\"'“”‘’").strip()


@remembered(TEXTS)
def fields_in(text: str) -> tuple[MergeField, ...]:
    """All fields and placeholders in their order; ``[anything in brackets]`` too."""
    fields = merge_fields_in(text)
    wider = [MergeField(_key(match.group()), match.group(), *match.span()) for match in _PLACEHOLDER.finditer(text)]
    wider = [field for field in wider if not _is_tag(field, text)]
    found: list[MergeField] = []
    for field in sorted([*fields, *wider], key=lambda field: (field.start, -field.end)):
        if not found or field.start >= found[-1].end:
            found.append(field)
    return tuple(found)


def without_fields(text: str) -> str:
    """The text with each field blanked, at its length: what it holds is nobody's claim."""
    parts, end = [], 0
    for field in fields_in(text):
        parts += [text[end : field.start], "_" * (field.end - field.start)]
        end = field.end
    return "".join(parts) + text[end:]


def as_sent(text: str) -> str:
    """The text with something usual in place of each field in double braces, as a recipient would read it."""
    if "{{" not in text:
        return text
    parts, end = [], 0
    for field in fields_in(text):
        usual = USUAL.get(field.key, field.key.replace("_", " ")) if field.is_merge_field else field.text
        parts += [text[end : field.start], usual]
        end = field.end
    return "".join(parts) + text[end:]


def _key(written: str) -> str:
    return _NOT_WORD.sub("_", _HUMP.sub("_", written)).strip("_").lower()
