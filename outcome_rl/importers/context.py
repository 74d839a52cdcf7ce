"""The context of an email: a sentence of what was known before it was sent, never of what came after."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..errors import ConfigError
from ..text.names import SOMEONE
from .dates import filled_or_empty
from .people import FIRST_NAME, ROLES, telling_roles, told
from .places import is_called_state, without_states
from .role_names import spaced

_TITLES = (
    *(
        "fonction",
        "poste",
        "cargo",
        "puesto",
        "ruolo",
        "qualifica",
        "functie",
        "stanowisko",
        "roll",
        "titel",
        "befattning",
        "pozice",
    ),
    *("должность", "役職", "职位", "職位", "직책"),
)
_INDUSTRIES = ("secteur", "settore", "setor", "branża", "bransch", "sektor", "отрасль", "業種", "行业", "업종")
_COMPANIES = (
    *("société", "entreprise", "empresa", "azienda", "società", "bedrijf", "företag", "virksomhed", "yritys"),
    *("unternehmen", "компания", "会社", "会社名", "企業名", "公司", "회사"),
)
_SIZES = (
    *("effectif", "mitarbeiter", "mitarbeiterzahl", "empleados", "funcionários", "dipendenti", "medewerkers"),
    "従業員数",
)
_PLACES = (
    *("pays", "ville", "país", "ciudad", "cidade", "paese", "città", "ort", "stadt", "standort", "kraj", "miasto"),
    "国",
)
PARTS: Mapping[str, tuple[str, ...]] = {
    "context": (
        *("context", "brief", "situation", "background", "prospect", "customer", "persona", "audience"),
        *(
            "kontext",
            "kunde",
            "interessent",
            "contexte",
            "client",
            "contexto",
            "cliente",
            "contesto",
            "klant",
            "klient",
        ),
        *("kund", "asiakas", "zákazník", "контекст", "клиент", "顧客", "客户", "고객"),
    ),
    "title": (
        "title",
        "job title",
        "job",
        "jobtitle",
        "position",
        "role",
        "designation",
        "contact title",
        "prospect title",
        "lead title",
        "funktion",
        *_TITLES,
    ),
    "seniority": ("seniority", "seniority level", "level", "management level"),
    "department": ("department", "departments", "function", "job function", "abteilung"),
    "industry": (
        *("industry", "company industry", "sector", "vertical", "branche", "trade", "type of business"),
        *("business type", "kind of business", *_INDUSTRIES),
    ),
    "company": (
        "company",
        "company name",
        "account",
        "account name",
        "lead company",
        "prospect company",
        "organization",
        "organisation",
        "firma",
        *_COMPANIES,
    ),
    "size": (
        "# employees",
        "employees",
        "company size",
        "employee count",
        "number of employees",
        "headcount",
        "num employees",
        "firmengröße",
        *_SIZES,
    ),
    "source": (
        *("source", "lead source", "contact source", "origin", "channel", "herkunft"),
        *("how we met", "how we know them", "how we know each other", "where from"),
    ),
    "location": ("location", "country", "city", "town", "region", "company country", "land", *_PLACES),
    "product": ("product", "offer"),
}
"""Parts of a context and how columns that hold them are called."""
FALLBACK = "A prospect"
"""The context where nothing is known of the recipient."""

_AFTER = re.compile(
    r"\b(?:open(?:ed|s|ing)?|click(?:ed|s|ing)?|repl(?:y|ied|ies)|respon(?:se|ses|ded|d)|answer(?:ed|s)?|received|"
    r"bounce[ds]?|bounced|unsubscrib\w*|opt(?:ed)?\s?(?:out|in)|deliver(?:ed|y)|view(?:ed|s)|read|seen|forward(?:ed)?|"
    r"meeting\w*|demo(?:ed|s)?|booked|convert\w*|conversion\w*|won|lost|closed?|deal\w*|revenue|amount|opportunit\w*|"
    r"outcome\w*|result\w*|status\w*|state|stage\w*|lifecycle\w*|categor\w*|disposition\w*|interest\w*|sentiment\w*|"
    r"label\w*|score\w*|rating\w*|counts?|counters?|total\w*|number of (?:opens|clicks|replies|emails)|last|latest|"
    r"recent|updated|modified|finished|completed|next|follow\s?ups?|engag\w*|activit\w*|spam|complain\w*|blacklist\w*|"
    r"autorepl\w*|auto|ooo|out of office|calendar|call(?:ed|s)?|feedback|reward|prediction|churn\w*|customer since|"
    r"geöffnet|geklickt|geantwortet|antwort\w*|ergebnis|letzte\w*)\b",
    re.I,
)
_BEFORE = re.compile(r"\blast[ _]?name\b|\bemployee count\b|\bnum(?:ber)? of employees\b|\bheadcount\b", re.I)


def is_known_only_after(name: str) -> bool:
    """Whether a column tells what is known only once the email is out: opens, counters, states, last dates."""
    words = spaced(name)
    return bool(_AFTER.search(_BEFORE.sub(" ", words)))


def may_be_a_place(name: str) -> bool:
    """Whether all that a column's name says of what came after is "state", which a person's address has too."""
    return is_called_state(name) and not is_known_only_after(without_states(name))


def context_columns(header: Sequence[str]) -> dict[str, str]:
    """The columns of a header that a context may be composed of, by what they hold."""
    found: dict[str, str] = {}
    names = {spaced(name): name for name in reversed(header)}
    for part, wanted in PARTS.items():
        match = next((names[each] for each in wanted if each in names), None)
        if match:
            found[part] = match
    return found


def default_sentence(parts: Sequence[str], with_step: bool = False) -> str:
    """A sentence of the parts that there are; a context of its own needs no others.

    A first name is the part ``first_name``: see :func:`outcome_rl.importers.people.with_people`.
    """
    if "context" in parts:
        return "{context}" + ("; step {step}" if with_step else "")
    who = "{title}" if "title" in parts else "{seniority} contact" if "seniority" in parts else ""
    if not who and "department" in parts:
        who = "{department}"
    if not who and FIRST_NAME in parts:
        who = f"{{{FIRST_NAME}}}"
    company = "{industry} company" if "industry" in parts else "{company}" if "company" in parts else ""
    size = " ({size} people)" if "size" in parts else ""
    sentence = f"{who} at {company}" if who and company else who or (f"{SOMEONE} at {company}" if company else "")
    sentence += (size if sentence else size.strip(" ()")) if size else ""
    for part, text in (("location", "in {location}"), ("product", "about {product}"), ("source", "{source}")):
        if part in parts:
            sentence += (", " if sentence else "") + text
    sentence = sentence or FALLBACK
    return sentence + ("; step {step}" if with_step else "")


def sentence_fields(sentence: str) -> tuple[str, ...]:
    """The fields of a sentence, in their order.

    Raises:
        ConfigError: a brace is not closed, or a field is known only after the email.
    """
    try:
        parsed = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    except ValueError as error:
        raise ConfigError(f"context: '{sentence[:60]}' is no sentence with fields in braces ({error})") from None
    for name in parsed:
        if not name.strip():
            raise ConfigError("context: {} has no name; write a column's name between the braces")
        if is_known_only_after(name) and not may_be_a_place(name):
            raise ConfigError(
                f"context: '{name}' is known only after the email was sent, so a model would learn to read the "
                "outcome from it; leave it out"
            )
    return tuple(dict.fromkeys(parsed))


_LEADS = re.compile(r"^(?:[,;]|at\b|in\b|about\b)\s*")
_SPACE_BEFORE = re.compile(r"\s+([,;.)])")
_CODED = re.compile(r"[A-Z]{2,}(?:_[A-Z]{2,})+")
LONGEST_ACRONYM = 5
"""Letters up to which a trade in capitals is taken for an acronym, as ``HVAC``."""


def compose(sentence: str, values: Mapping[str, str]) -> str:
    """The sentence with its fields filled; what is missing goes with the words that lead to it.

    ``{title} at {industry} company ({size} people), {source}`` without a size and an industry is ``CTO, a fair``. Who
    has no first name where a sentence begins with it is someone.
    """
    if sentence.startswith(f"{{{FIRST_NAME}}}") and not values.get(FIRST_NAME, "").strip():
        values = {**values, FIRST_NAME: SOMEONE}
    pieces = _pieces(sentence)
    kept, known, comma = [], not any(names for _, names in pieces), ""
    for text, names in pieces:
        if text.strip() in (",", ";"):  # it goes with the words after it
            comma = text
            continue
        text, comma = comma + text, ""
        if not names:
            kept.append(text)
            continue
        filled = {name: _readable(name, " ".join(values.get(name, "").split())) for name in names}
        if not any(filled.values()):
            continue
        kept.append(_fill(text, filled))
        known = known or any(value for name, value in filled.items() if name != "step")
    if not known and "{step}" in sentence and not sentence.startswith((FALLBACK, SOMEONE)):  # a step is no context
        kept.insert(0, FALLBACK)
    result = " ".join("".join(kept).split())
    result = _SPACE_BEFORE.sub(r"\1", _LEADS.sub("", result))
    return result.rstrip(" ,;(") or FALLBACK


def _readable(name: str, value: str) -> str:
    """A value as people write it where a tool gives its name for it: ``food beverages`` for ``FOOD_BEVERAGES``."""
    coded = _CODED.fullmatch(value) or (name == "industry" and value.isupper() and len(value) > LONGEST_ACRONYM)
    return value.replace("_", " ").lower() if coded else value


@lru_cache(maxsize=4096)
def _composed(sentence: str, values: tuple[tuple[str, str], ...]) -> str:
    """As :func:`compose`; many recipients are described alike."""
    return compose(sentence, dict(values))


@lru_cache(maxsize=64)
def _pieces(sentence: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sentence cut before each comma, semicolon, bracket and word that leads to a field; each with its fields."""
    texts = re.split(r"(?=[,;])|(?=\s\()|(?<=\))|(?=\s(?:at|in|about|from|via)\s)", sentence)
    parse = string.Formatter().parse
    return tuple((text, tuple(name for _, name, _, _ in parse(text) if name)) for text in texts if text)


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


class ContextMaker:
    """Composes the contexts of one table's rows by a sentence; the columns are looked up once.

    What no column holds is told by names and addresses, as far as they do: ``roles`` says which columns these are.
    """

    def __init__(
        self, sentence: str, header: Sequence[str], parts: Mapping[str, str], roles: Mapping[str, str]
    ) -> None:
        self._sentence = sentence
        names = {spaced(name): name for name in reversed(header)} | {name: name for name in header}
        job = {part: name for part in PARTS if (name := names.get(f"job {part}"))}
        known = {**job, **roles, **names, **parts}
        self.columns = {field: known.get(field) or known.get(spaced(field)) for field in sentence_fields(sentence)}
        self._people = {role: roles[role] for role in ROLES if role in roles}
        self._told = [field for field in self.columns if telling_roles(field, self._people)]

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that contexts are made of."""
        own = [column for column in self.columns.values() if column]
        told_by = [self._people[role] for field in self._told for role in telling_roles(field, self._people)
                   if not self.columns[field]]  # fmt: skip
        return tuple(dict.fromkeys([*own, *told_by]))

    def make(self, fields: Mapping[str, str], step: str) -> str:
        """The context of one row; ``fields`` are its columns by their names."""
        values = {field: filled_or_empty(fields.get(column or field, "")) for field, column in self.columns.items()}
        for field in self._told:
            if not values[field].strip():
                values[field] = told(field, {role: fields.get(name, "") for role, name in self._people.items()})
        if "step" in values:
            values["step"] = step
        if self._sentence == "{context}":
            return values["context"].strip() or FALLBACK
        return _composed(self._sentence, tuple(values.items()))
