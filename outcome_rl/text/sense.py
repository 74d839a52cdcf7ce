"""Cheap stand-ins for a reader: does an email end, is it filled in, does the seller speak as such, of the product?

Word lists and counting, in English and German. They find what small language models get wrong most, not whether an
email makes sense; measured on labelled emails in the tests.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from .capitals import is_first_name
from .merge_fields import HALF_FIELD, fields_in, without_fields
from .remembered import TEXTS, remembered
from .sentences import MAX_CHARACTERS, URL, sentences, without_links
from .signatures import signature_start


def _word_list(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENDS = re.compile(r"(?:[.!?…。！？]|[\U0001F300-\U0001FAFF☀-➿]\ufe0f?|[:;][-']?[)D])[\"'”’»)\]*_]*$")
_LIST_LINE = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")
_LEFT_OVER = re.compile(r"\bX{2,}\b|\bxxx+\b|_{3,}|\.{4,}|\b(?:TBD|TODO|lorem ipsum)\b")
_ROLE = re.compile(
    r"""\b(?:we|we're|we\sare|i|i'm|i\sam|our\s(?:company|team|firm)\sis|both)\s(?:both\s|currently\s
        |also\s|are\s|am\s)*(?:looking\sfor|searching\sfor|in\s(?:need|search)\sof
        |interested\sin\s(?:your|buying|purchasing|a\b))
    | \bi\sam\sinterested\sin\b | \bour\s(?:company|firm|clinic|business)\s(?:currently\s|really\s
    |urgently\s)?(?:needs?|requires?)\s(?:an?|your|the|some|to\s(?:buy|find))\b
    | \b(?:we|our\s(?:company|team|firm))\s(?:are|is)\s(?:currently\s)?using\b | \bour\s(?:company
    |firm)\shas\srecently\simplemented\b
    | \b(?:enhanc|improv|streamlin|transform|optimi[sz]|boost|reduc|simplif|expand
    |grow)\w*\sour\s(?!product|service|tool|platform|app|software|offer|custom|client|user|abilit)\w+
    | \bhelps?\sus\s(?:to\s)?(?:improve|make|grow|reach|save|manage|achieve|understand|build|better
    |stay)\b | \b(?:providing|provided|offering|offered|sent|gave)\sus\swith\b | \bwe\s(?:will\sbe
    |are\sgoing\sto\sbe|have\sbeen|started)\susing\b
    | \byour\s(?:team|company|firm|organi[sz]ation)\s(?:has|have)\s(?:\w+\s)?(?:provided|developed
    |designed|created|offered|been\s(?:\w+\s)?(?:providing|generous|offering|helping))\b
    | \byour\s(?:generous|donation|expertise\sin\senhancing)\b
    | \b(?:for|of)\s(?:my|our)\s(?:own\s)?team\b(?=\s(?:at|to|and|in|,)) | \b(?:pleasure|opportunity
    |chance|privilege)\s(?:of|to)\s(?:attend\w*|download\w*|test\w*|try(?:ing)?)\s(?:a|an|the|your)\b
    | \b(?:writing\sto|like\sto)\srequest\s(?:a|your)\sdemo\b
    | \b(?:resource|beneficial|valuable|useful|helpful|benefit)\s(?:for|to)\sour\s(?:team|company
    |business|firm|organi[sz]ation)
    | \brequest\s(?:your\sassistance|a\s(?:quote|solution|professional)|for\s(?:an?\s)?(?:quote
    |proposal|solution))\b | \bplease\ssend\s(?:me|us)\s(?:an?|your|the)\s(?:\w+\s)?(?:offer|quote
    |price(?:s|\slist)?|proposal)
    | \bknow\syour\sprices?\b | \bas\s(?:your|a)\s(?:valued\s)?(?:customer|client)\b,?\s(?:i|we)\b
    | \bi\s(?:am|'m)\syour\s(?:\w+\s(?:and\s\w+\s)?)?(?:customer|client|patient|mark|sales\shead)\b
    | \bi'm\syour\s(?:customer|client)\b
    | \bi\s(?:recently\s|just\s|also\s)?(?:attended\s(?:a|your|the)|downloaded\s(?:a|your|the)
    |requested\s(?:a|your)|asked\s(?:about|for)\s(?:the\s|your\s)?pric\w+|tried\syour
    |signed\sup\sfor\syour|implemented\s(?:a|your)|had\sthe\spleasure\sof\simplementing
    |was\simpressed\sby\syour|used\syour)\b
    | \bwe\swould\slike\sto\s(?:buy|purchase|order)\b | \bwir\s(?:suchen|benötigen|brauchen)\b
    | \bich\s(?:suche|interessiere\smich)\b | \bbitten?\s(?:wir\s)?um\sein\sangebot\b
    | \bfür\sunser\s(?:unternehmen|haus)\b""",
    re.I | re.X,
)
_ASSISTANT = re.compile(
    r"""\bas\san?\s(?:ai|artificial\sintelligence|language\smodel)\b | \blanguage\smodel\b
        | ^[^\w\n]{0,5}(?:certainly|sure|of\scourse|absolutely|gerne|natürlich)\s?[!,.]\s(?=here|hier|i\b|below
        |let)
    | \b(?:here(?:'s|\sis|\sare)|below\sis)\s(?:an?|the|your|my|some)\s(?:\w+\s){0,3}(?:e-?mail
    |draft|template|example\sof\san\semail|version|response|message)\b
    | \bi\shope\sthis\shelps\b | \bfeel\sfree\sto\s(?:adjust|customi[sz]e|modify|edit|change
    |personali[sz]e)\b | ^[^\S\n]{0,9}(?:tone|keywords|message\sbody|email\ssubject\sline|word\scount|prompt
    |note\sto\s\w+)\s?:
    | \b(?:professional|transparent|persuasive|compelling)\s(?:and\s\w+\s)?(?:sales\s)?e-?mail\b
    | \bsales\semail\b | \bwriting\sassistant\b | \bai\sassistant\b | \b(?:hier\sist|anbei)\s(?:ein|der
    |ihr)\sentwurf\b
    | \bals\s(?:ki|sprachmodell)\b | \bcreate\san\semail\b | \bcustomer\srequest\b(?=$)""",
    re.I | re.X | re.M,
)
_PRODUCT = (
    re.compile(r"\babout (?:our|the) ([^.;,]{3,60})", re.I),
    re.compile(r"\bfor (?:an?|the|our|some) ([^.;,]{3,60}?)\s*(?:$|[.;,]|\bat\b)", re.I),
    re.compile(
        r"\bfür (?:eine[nmr]?|das|die|den) ([^.;,]{3,60}?)(?: (?:an)?gefragt| interessiert)?\s*(?:$|[.;,])", re.I
    ),
    re.compile(r"\b(?:about|offering|product:|selling|we sell) (?:an? )?([^.;,]{3,60})", re.I),
)
"""How contexts name the product, the surest first."""
_NO_PRODUCT = _word_list(
    "price prices pricing demo quote guide call meeting fair trial offer whitepaper while year first time"
)
_TRADE = re.compile(r"\b(?:at|of|in) an? (.{2,40}?) (?:firm|company|business|shop|clinic|agency)\b", re.I)
_GENERIC = _word_list(
    """
    a an the of for and or our your tool app application software system service platform suite product
    solution kit set box engine assistant programme program portal package werkzeug programm lösung
    """
)
_JOB = re.compile(
    r"^(?:customer|client|lead|prospect|to|kunde)?\s*:?\s*(.{2,60}?)\s(?:at|of|in|bei)\s(?:an?|the"
    r"|einem?|einer)\b",
    re.I,
)
_CAPITALISED = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w-]{5,29}+(?![\w-])")
MOST_NAMES = 40
"""Capitalised words of a context that are looked at; each is held against all of the email's."""
_MISSPELT = {1: 6, 2: 8}
"""Letters by which a word may differ from a name to be that name misspelt, and how many both have at least."""
_STEM = 6
_REPEATED_WORDS = 4
"""Runs of this many words are compared."""
MIN_REPEATS = 3
"""A run of words that stands this often is a loop."""


@dataclass(frozen=True)
class SenseReport:
    """What a reader would stumble over; ``product_named`` is None where the context names no product; ``misspelt``:
    what the email writes and the name that the context gives.
    """

    cut_off: bool
    placeholders: tuple[str, ...]
    role_confusion: tuple[str, ...]
    product: str
    product_named: bool | None
    assistant_talk: tuple[str, ...]
    repeated: tuple[str, ...]
    empty: bool = False
    misspelt: tuple[tuple[str, str], ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Each problem in plain words."""
        return (*self.certain, *self._doubtful)

    @property
    def certain(self) -> tuple[str, ...]:
        """The problems that nobody would send, in plain words; what may be a false alarm is left out."""
        if self.empty:
            return ("The email is empty.",)
        found = [
            (self.cut_off, "It stops in the middle: there is no end of a sentence and no closing."),
            (self.placeholders, f"Placeholders are left in it: {_shown(self.placeholders)}."),
            (self.product_named is False, f"It does not name the product ({self.product})."),
            (self.assistant_talk, f"It talks about the email instead of being one: {_shown(self.assistant_talk)}."),
            (self.repeated, f"It repeats itself: {_shown(self.repeated)}."),
            (self.misspelt, "".join(f"It writes “{own}” for “{name}”." for own, name in self.misspelt[:1])),
        ]
        return tuple(words for present, words in found if present)

    @property
    def _doubtful(self) -> tuple[str, ...]:
        confused = self.role_confusion
        return (f"It seems to be written by the buyer: {_shown(confused)}.",) if confused else ()

    def to_dict(self) -> dict[str, Any]:
        """All findings and ``problems``; JSON-ready."""
        return {**asdict(self), "problems": list(self.problems)}


def sense_report(email: str, context: str, facts: str = "") -> SenseReport:
    """All checks of this module. ``facts``: what the sender may say; a product named there counts as named."""
    email = email[:MAX_CHARACTERS]
    product = product_of(context)
    return SenseReport(
        cut_off=cut_off(email),
        placeholders=placeholders_left(email),
        role_confusion=role_confusion(email, context),
        product=product,
        product_named=product_named(email, product, facts) if product else None,
        assistant_talk=assistant_talk(email),
        repeated=repeated(email),
        empty=not email.strip(),
        misspelt=misspelt_names(email, context, facts),
    )


def cut_off(email: str) -> bool:
    """Whether an email stops without the end of a sentence, a closing or a signature."""
    text = email[:MAX_CHARACTERS].rstrip()
    fields = fields_in(text)
    if not text or _ENDS.search(text[-12:]) or (fields and fields[-1].end == len(text)):
        return False
    last = text.rpartition("\n")[2]
    links = [match.end() for match in URL.finditer(last)]
    if _LIST_LINE.match(last) or (links and links[-1] == len(last)):
        return False
    if any(match.end() == len(text) for match in _LEFT_OVER.finditer(text, max(0, len(text) - 40))):
        return False
    return signature_start(without_fields(text)) is None


def placeholders_left(email: str) -> tuple[str, ...]:
    """What somebody still has to fill in: ``[Your Name]``, ``<Company>``, ``XXX``, a ``{{first_nam`` never closed.
    ``{{merge fields}}`` are fine.
    """
    text = email[:MAX_CHARACTERS]
    found = [(field.start, field.text) for field in fields_in(text) if not field.is_merge_field]
    found += [(match.start(), match.group()) for match in HALF_FIELD.finditer(text)]
    found += [(match.start(), match.group()) for match in _LEFT_OVER.finditer(without_fields(text).replace("_", " "))]
    return tuple(dict.fromkeys(words for _, words in sorted(found)))


def role_confusion(email: str, context: str) -> tuple[str, ...]:
    """Phrases in which the seller speaks as the buyer, or bears the buyer's position."""
    text = _straight(email)
    found = [match.group() for match in _ROLE.finditer(text)]
    job = _JOB.match(context[:200])
    if job:
        title = r"\s".join(map(re.escape, job[1].split()))
        own = (
            rf"\b(?:i'm|i am|my name is)\b[^.!?\n]{{0,60}}\b(?:the|an?|your)\s(?:\w+\s){{0,2}}?{title}\b"
            rf"|\bas an? (?:\w+\s){{0,3}}?{title}, i\b|\bfrom an? (?:\w+\s){{0,3}}?{title}\b|\bour {title}\b"
        )
        found += [match.group() for match in re.finditer(own, text, re.I)]
    trade = _TRADE.search(context[:200])
    if trade:
        place = (
            rf"\b(?:i'm|i am|my name is|editor|manager|director)\b[^.!?\n]{{0,60}}\bat (?:an?"
            rf"|the) {re.escape(trade[1])}\b"
        )
        found += [match.group() for match in re.finditer(place, text, re.I)]
    return tuple(dict.fromkeys(" ".join(words.split()) for words in found))


def assistant_talk(email: str) -> tuple[str, ...]:
    """Phrases of an assistant that was asked for an email: "Here is a draft", "As an AI"."""
    found = (match.group().strip() for match in _ASSISTANT.finditer(_straight(email)))
    return tuple(dict.fromkeys(found))


def product_of(context: str) -> str:
    """The product that a context speaks of, as it writes it ("for a telehealth app", "about our ..."); else empty."""
    for pattern in _PRODUCT:
        for match in reversed(pattern.findall(context[:MAX_CHARACTERS])):
            if set(_words(match)) - _NO_PRODUCT:
                return str(match).strip()
    return ""


def product_named(email: str, product: str, facts: str = "") -> bool:
    """Whether most words of the product stand in the email, by their first letters, or a name of the facts."""
    words = [word for word in _words(product) if word not in _GENERIC] or _words(product)
    own = {word[:_STEM] for word in _words(email[:MAX_CHARACTERS])}
    wanted = {word[:_STEM] for word in words}
    head = words[-1][:_STEM]  # "billing platform" names a subscription billing platform, "subscription" does not
    share = len(wanted & own) / len(wanted)
    if share > 0.6 or (share >= 0.5 and head in own):
        return True
    names = {word.lower() for word in re.findall(r"\b[A-ZÄÖÜ][\w-]{3,}", facts[:MAX_CHARACTERS])}
    return bool(names & set(_words(email[:MAX_CHARACTERS])))


def misspelt_names(email: str, context: str, facts: str = "") -> tuple[tuple[str, str], ...]:
    """Capitalised words that are nearly a name of the context, each with that name: "Bristlow" for "Brindlow".

    What the context or the ``facts`` know, a first name and another form of the same word are no mistakes.
    """
    known = _known(f"{context[:MAX_CHARACTERS]} {facts}")
    given = dict.fromkeys(_CAPITALISED.findall(context[:MAX_CHARACTERS]))
    names = {name.lower(): name for name in islice(given, MOST_NAMES)}
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    found: dict[str, str] = {}
    for word in dict.fromkeys(_CAPITALISED.findall(text)):
        own = word.lower()
        if own in known or is_first_name(own):
            continue
        near = (name for name in names if _is_misspelt(own, name))
        if name := next(near, None):
            found.setdefault(word, names[name])
    return tuple(found.items())


@remembered(TEXTS)
def _known(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def _is_misspelt(word: str, name: str) -> bool:
    """Nearly the same letters, and the same at both ends: another ending makes another form of a word."""
    if (word[0], word[-1]) != (name[0], name[-1]):
        return False
    short = min(len(word), len(name))
    return any(short >= least and _within(word, name, letters) for letters, least in _MISSPELT.items())


def _within(one: str, other: str, letters: int) -> bool:
    """Whether so many letters changed, added or left out make one word the other."""
    if one == other:
        return True
    if letters == 0 or abs(len(one) - len(other)) > letters:
        return False
    if not one or not other:
        return True
    if one[0] == other[0]:
        return _within(one[1:], other[1:], letters)
    ways = ((one[1:], other[1:]), (one[1:], other), (one, other[1:]))
    return any(_within(a, b, letters - 1) for a, b in ways)


def repeated(email: str) -> tuple[str, ...]:
    """Sentences that stand twice, and runs of four words that stand three times; merge fields do not count."""
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    own = [" ".join(_words(text[start:end])) for start, end in sentences(text)]
    twice = [words for words, times in Counter(own).items() if times > 1 and len(words.split()) >= 3]
    words = _words(text)
    runs = Counter(tuple(words[i : i + _REPEATED_WORDS]) for i in range(len(words) - _REPEATED_WORDS + 1))
    loops = [" ".join(run) for run, times in runs.items() if times >= MIN_REPEATS]
    return tuple([*twice, *(loop for loop in loops if not any(loop in words for words in twice))][:5])


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)]


def _straight(text: str) -> str:
    return text[:MAX_CHARACTERS].replace("’", "'")


def _shown(words: tuple[str, ...]) -> str:
    more = len(words) - 3
    return ", ".join(f"“{word}”" for word in words[:3]) + (f" and {more} more" if more > 0 else "")
