"""What words, flags, counts and dates in an export say of an email; what is not known stays unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize

from ..data.outcomes import REST
from ..errors import ConfigError
from .dates import is_nothing, parse_date
from .role_names import is_stage
from .yes_no import NO_WORDS, YES_WORDS


class Meaning(StrEnum):
    """What a row may say of the email that it is about."""

    CONVERSION = "conversion"
    REPLY = "reply"
    NEGATIVE = "not interested"
    """An answer that turns the seller down; what it is worth the seller says."""
    UNSUBSCRIBED = "unsubscribed"
    """Opted out after the email, without an answer."""
    AUTOMATIC = "out of office"
    NONE = "no reply"
    """Said to have got no answer."""
    SILENT = "nothing so far"
    """Sent or opened: that nothing came is told by its age."""
    RUNNING = "still running"
    """More emails are to come; nothing has come back so far."""
    BOUNCED = "bounced"
    UNSENT = "not sent"
    BLOCKED = "blocked"
    """On a blacklist; whether before or after the email is not told."""
    SKIP = "left out as you said"
    DISMISSED = "no reply as you said"
    """An answer may have come; whoever says so takes it for none."""
    ASKED = "to be asked for"
    """A word that is known and whose meaning was taken back: nobody knows it until it is said."""


WORDS: Mapping[Meaning, str] = MappingProxyType(
    {
        Meaning.CONVERSION: "conversion, converted, won, closed won, deal, deal won, sale, sold, bought, "
        "purchase, purchased, signed, signed up, booked, meeting, meeting booked, meeting "
        "booking, booked meeting, meeting request, meeting requested, meeting scheduled, "
        "meeting set, meeting completed, meeting held, meetings, emails meeting booked, demo, "
        "demo booked, demo scheduled, demo completed, demo done, demo held, demoed, call booked, appointment, "
        "appointment set, opportunity won, paid, termin, termin vereinbart, gewonnen, "
        "gekauft, rendez vous, rdv, rdv pris, rendez vous pris, réunion, cita, cita agendada, "
        "reunión, reunião, reunião marcada, reunião agendada, riunione, appuntamento, "
        "appuntamento fissato, afspraak, afspraak gemaakt, spotkanie, spotkanie umówione, "
        "termin gebucht, gagné, reunión agendada, ganado, vendido, venduto, verkauft, "
        "riunione fissata, rdv obtenu, rdv fixé, rendez vous obtenu, schůzka, schůzka domluvena, prodáno, "
        "встреча, встреча назначена, möte bokat, møde booket, møte booket, продано, 成約, 成交, 受注",
        Meaning.REPLY: "reply, replied, replies, answer, answered, response, responded, interested, "
        "interest, positive, positive reply, positive response, replied positive, information "
        "request, info request, follow up question, person referral, referral, willing to "
        "meet, in conversation, engaged, emails replied, emails interested, prospect replied, "
        "reply received, response received, got reply, has replied, antwort erhalten, antwort bekommen, "
        "hat geantwortet, rückmeldung, rückmeldung erhalten, réponse reçue, respuesta recibida, risposta ricevuta, "
        "geantwortet, antwort, beantwortet, reagiert, a répondu, respondió, contestó, "
        "interessado, ha risposto, interessato, geantwoord, gereageerd, geïnteresseerd, "
        "odpowiedział, odpowiedziała, zainteresowany, svarat, svaret, vastasi, interessiert, "
        "interesse, répondu, réponse, intéressé, respondido, respuesta, interesado, "
        "respondeu, risposto, beantwoord, réponse positive, positive antwort, respuesta positiva, risposta positiva, "
        "resposta positiva, positief antwoord, odpověděl, odpověděla, ответил, ответила, 返信あり, 已回复",
        Meaning.NEGATIVE: "not interested, no interest, uninterested, negative, negative reply, negative "
        "response, replied negative, rejected, refused, declined, do not contact, dnc, wrong "
        "person, not the right person, lost, closed lost, deal lost, emails not interested, "
        "kein interesse, falsche person, verloren, abgelehnt, absage, kein bedarf, niet "
        "geïnteresseerd, sin interés, sem interesse, niezainteresowany, не интересно, pas "
        "intéressé, no interesado, não interessado, non interessato, geen interesse, réponse négative, "
        "negative antwort, "
        "respuesta negativa, risposta negativa, resposta negativa, negatief antwoord, refus, refusé, nezájem",
        Meaning.UNSUBSCRIBED: "unsubscribed, unsubscribe, opted out, opt out, optout, opt outs, emails "
        "unsubscribed, abgemeldet, désabonné, désinscrit, baja, descadastrado, disiscritto, "
        "afgemeld, wypisany, dado de baja",
        Meaning.AUTOMATIC: "out of office, ooo, out of the office, auto reply, auto replied, autoreplied, "
        "autoreply, automatic reply, auto response, autoresponder, auto responded, vacation, "
        "abwesend, abwesenheit, abwesenheitsnotiz, absent, absent du bureau, ausente, fuori "
        "ufficio, afwezig, nieobecny, frånvarande, fuera de la oficina",
        Meaning.NONE: "no reply, none, no answer, no response, not replied, not answered, unanswered, not "
        "responded, no, false, ignored, silence, silent, nothing, unresponsive, non "
        "responsive, nonresponsive, keine, keine rückmeldung, aucune, ninguna, nessuna, "
        "keine antwort, nicht geantwortet, keine reaktion, no "
        "responde, no contesta, no respondió, não respondeu, sem retorno, non risponde, "
        "nessun riscontro, geen reactie, bez odpowiedzi, n'a pas répondu, inget svar, intet "
        "svar, ei vastausta, nein, sans réponse, pas de réponse, non, sin respuesta, sem "
        "resposta, nessuna risposta, geen antwoord, brak odpowiedzi, нет ответа, без ответа, bez odpovědi, "
        "neodpověděl, "
        "返信なし, 未回复",
        Meaning.SILENT: "sent, delivered, opened, clicked, emails sent, emails opened, emails clicked, emails "
        "delivered, contacted, viewed",
        Meaning.BOUNCED: "bounced, bounce, hard bounce, soft bounce, hard bounced, soft bounced, emails "
        "bounced, sender originated bounce, undelivered, undeliverable, rebotado, rebote, "
        "rimbalzato, odbite, invalid, invalid email, invalid address, unzustellbar",
        Meaning.UNSENT: "not sent, unsent, draft, drafted, queued, skipped, send failed, emails send failed, "
        "emails failed, sending failed, not started, not contacted, missing data, entwurf, "
        "nicht gesendet",
        Meaning.BLOCKED: "blacklisted, blacklist, blocked, blocklisted",
    }
)
"""Words that mean the same wherever they stand, as :func:`word_key` writes them."""
_KNOWN = {word.strip(): meaning for meaning, words in WORDS.items() for word in words.split(",")}
_OF_AN_EMAIL = re.compile(r"^(?:e mails?|emails?|mails?) (?=\w+$)")
"""What a tool puts before a word of state: ``EMAIL_SENT``."""
_OF_EMAILS = frozenset((Meaning.SILENT, Meaning.REPLY, Meaning.BOUNCED, Meaning.UNSUBSCRIBED, Meaning.UNSENT))
_TELLS_MORE = re.compile(r"nt[eé]res|posit|request|referral|willing|question|conversation|engaged")
"""What a word of a reply holds that says more than that one came."""
_CODES = {"0": Meaning.NONE, "1": Meaning.REPLY, "2": Meaning.CONVERSION}
ASK = "ask"
"""Said of a word: what it is known to mean does not hold here, so that it has to be asked for."""
SAID = MappingProxyType(
    {
        "0": Meaning.NONE,
        "1": Meaning.REPLY,
        "2": Meaning.CONVERSION,
        "no_reply": Meaning.NONE,
        "no reply": Meaning.NONE,
        "reply": Meaning.REPLY,
        "conversion": Meaning.CONVERSION,
        "skip": Meaning.SKIP,
        ASK: Meaning.ASKED,
    }
)
"""What a person may say that a word means."""


OF_SENDING = frozenset(
    (Meaning.SILENT, Meaning.RUNNING, Meaning.BOUNCED, Meaning.UNSENT, Meaning.UNSUBSCRIBED, Meaning.BLOCKED)
)
"""What codes of how far emails got mean: what a person says of a number is said of answers, in another column."""
FIRST_YEAR = 1995
"""Dates before it, as 1970-01-01 and 0001-01-01, are how some tools write that there is none."""


class Form(StrEnum):
    """How a column writes that something happened."""

    WORD = "word"
    FLAG = "flag"
    COUNT = "count"
    DATE = "date"
    FILLED = "filled"


@dataclass(frozen=True)
class Signal:
    """That something happened, and when where that is written."""

    meaning: Meaning
    at: datetime | None = None
    named: bool = False
    """Whether this says what the answer was, as a word does; a flag, and a word like "replied", only says that there
    was one.
    """
    written: bool = False
    """Whether the words of the answer itself say it."""
    agrees: bool = False
    """Whether the answer agrees to meet, or orders something, in its own words."""
    won_at: datetime | None = None
    """Of a word or a flag that says that somebody was won: the day of it, where another column tells that."""
    of_person: bool = False
    """Whether it is told of the person and not of an email, as a deal is: one before the first email is no answer."""


@dataclass(frozen=True)
class Unknown:
    """A word whose meaning has to be asked for, as it is written; ``""``: the cell is empty."""

    word: str


@lru_cache(maxsize=4096)
def word_key(text: str) -> str:
    """Words that are written differently and mean the same: ``emailsReplied``, ``Emails replied``, ``EMAILS_REPLIED``.

    A minus before a number stays: -1 is not 1. Whole numbers lose their decimals: ``1,0`` is 1.
    """
    text = " ".join(normalize("NFC", text).replace("\ufe0f", "").replace("’", "'").split())
    if re.fullmatch(r"[-−–]?\d+(?:[.,]0+)?", text):
        return re.sub(r"[.,]0+$", "", text.replace("−", "-").replace("–", "-"))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    text = re.sub(r"[-_/–—:.!()\[\]#*]+", " ", text)
    text = " ".join(text.split())
    return {"closedwon": "closed won", "closedlost": "closed lost", "noreply": "no reply"}.get(text, text)


def known_words() -> Mapping[str, Meaning]:
    """The keys of all words that mean the same wherever they stand."""
    return MappingProxyType(_KNOWN)


def _known(key: str) -> Meaning | None:
    """What a key means; a word of sending, bouncing or answering may have the email before it."""
    bare = _KNOWN.get(_OF_AN_EMAIL.sub("", key))
    return _KNOWN.get(key) or (bare if bare in _OF_EMAILS else None)


def known_word(text: str, yes: Meaning = Meaning.REPLY, codes: bool = True) -> Meaning | None:
    """What a word means everywhere; ``yes`` is what a bare yes means in its column. None: it has to be asked."""
    key = word_key(text)
    if meaning := _known(key):
        return meaning
    if codes and key in _CODES:
        return _CODES[key]
    if key in YES_WORDS - {"1"}:
        return yes
    return Meaning.NONE if key in NO_WORDS - {"0"} else None


def is_flag(text: str) -> bool:
    """Whether a cell is a yes, a no, or nothing."""
    return is_nothing(text) or word_key(text) in YES_WORDS | NO_WORDS


def flag_value(text: str) -> bool | None:
    """True, False (also for nothing), or None for what is neither."""
    key = word_key(text)
    if is_nothing(text) or key in NO_WORDS:
        return False
    return True if key in YES_WORDS else None


def parse_said(meanings: Mapping[str, str | int]) -> dict[str, Meaning]:
    """What a person said that words mean, by their keys.

    Raises:
        ConfigError: a meaning is none of the allowed.
    """
    found = {}
    for word, value in meanings.items():
        meaning = SAID.get(str(value).strip().lower().replace("-", "_")) or SAID.get(str(value).strip().lower())
        if meaning is None:
            raise ConfigError(
                f"meanings: '{word}' cannot mean '{value}'; "
                "allowed are 0 or no_reply, 1 or reply, 2 or conversion, and skip"
            )
        found[REST if word.strip() == REST else word_key(word)] = meaning
    return found


def said_of_the_rest(said: Mapping[str, Meaning], word: str) -> Meaning | None:
    """What a person said that all words mean of which nothing else is known; an empty cell is never an answer."""
    meaning = said.get(REST)
    if meaning in (None, Meaning.ASKED) or (not word and meaning not in (Meaning.NONE, Meaning.SKIP)):
        return None
    return Meaning.DISMISSED if meaning is Meaning.NONE and word else meaning


@dataclass(frozen=True)
class OutcomeRule:
    """How one column tells what came of an email.

    ``lead``: what it says is said of the recipient and stamped on each of their rows, not of the row's own email.
    ``values``: what the column's own words mean, by their keys; they come before the words known everywhere.
    """

    column: str
    form: Form
    meaning: Meaning = Meaning.REPLY
    lead: bool = False
    values: Mapping[str, Meaning] = field(default_factory=dict)
    ask_blank: bool = False
    """An empty cell has to be asked for."""
    ask_yes: bool = False
    """A bare yes or no has to be asked for: the column's name does not say of what."""
    codes: bool = False
    """0, 1 and 2 are no reply, reply and conversion here."""
    only_values: bool = False
    """Words that are not in ``values`` say nothing, as in a column of send states."""
    negated: bool = False
    """A flag that is *not* set says it, as "Email sent: no" does; an empty cell says nothing."""
    of_person: bool = False
    """What is stamped is said of the recipient in all campaigns together, as a stage in a CRM."""
    names_answer: bool = False
    """A flag, count or date of it says what the answer was: in a sheet of one's own, a yes in "Out of office" beside
    one in "Replied".
    """
    where_blank: str = ""
    """A column: this one tells only where that one's cell is empty."""
    reason: str = ""

    def read(
        self, cell: str, said: Mapping[str, Meaning], day_first: bool = False, alone: bool = False
    ) -> Signal | Unknown | None:
        """What a cell says; None: nothing.

        ``said``: what a person said that words mean. Of a yes, a no or a number it holds where the column is ``alone``
        in telling the outcome: of several each has a yes of its own.
        """
        if self.form is Form.WORD:
            return self._word(cell, said)
        if alone and self.form is not Form.DATE and (key := word_key(cell)) in said:
            return Signal(said[key], named=True)
        if is_nothing(cell):
            return None
        if self.negated:
            return Signal(self.meaning) if flag_value(cell) is False else None
        happened = Signal(self.meaning, named=self.names_answer, of_person=self.of_person)
        if self.form is Form.FILLED:
            return happened
        if self.form is Form.COUNT:
            number = _number(cell)
            return Unknown(cell.strip()) if number is None else happened if number > 0 else None
        if self.form is Form.DATE and (at := parse_date(cell, day_first)):
            return replace(happened, at=at) if at.year >= FIRST_YEAR else None
        flag = flag_value(cell)
        if flag is None:
            meaning = said.get(word_key(cell))
            return Signal(meaning) if meaning else Unknown(cell.strip())
        return happened if flag else None

    def _word(self, cell: str, said: Mapping[str, Meaning]) -> Signal | Unknown | None:
        key = word_key(cell)
        if key in said and not (key.lstrip("-").isdigit() and self.values.get(key) in OF_SENDING):
            if said[key] is Meaning.ASKED:
                return Unknown(cell.strip())
            if said[key] is Meaning.NONE and (self.says_how_far(key) or not key):  # another column may tell more
                return Signal(Meaning.NONE, named=True)
            return _called(Meaning.DISMISSED if said[key] is Meaning.NONE else said[key], key)
        if key in self.values:
            return _called(self.values[key], key)
        if is_nothing(cell) and key != "none":
            return Unknown("") if self.ask_blank else None
        if self.only_values:
            return None
        if self.ask_yes and key in (YES_WORDS | NO_WORDS) - {"0", "1"}:
            return Unknown(cell.strip())
        meaning = known_word(cell, self.meaning, self.codes)
        return _called(meaning, key) if meaning else Unknown(cell.strip())

    def says_how_far(self, key: str) -> bool:
        """Whether a word says how far an email or a person got, as "sent" and a stage "In Cadence" do, and not what an
        answer was: to take it for no reply denies no answer.
        """
        return is_stage(self.column) or (not key.isdigit() and _known(key) in (Meaning.SILENT, Meaning.NONE))


def _called(meaning: Meaning, key: str) -> Signal:
    """What a word says, by its key."""
    plain = key in YES_WORDS or (_known(key) is Meaning.REPLY and not _TELLS_MORE.search(key))
    return Signal(meaning, named=not (meaning is Meaning.REPLY and plain))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
