"""What a column's name says happened: a reply, a meeting, and whether it says so by its yes or by its no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .meanings import Meaning
from .name_fillers import FILLERS
from .role_names import spaced

_BY_NAME = (
    (
        Meaning.AUTOMATIC,
        r"\b(?:out of office|ooo|auto ?repl(?:y|ied)|auto ?respon\w+|abwesenheit\w*|absence du bureau"
        r"|fuera de (?:la )?oficina)\b",
    ),
    (
        Meaning.UNSUBSCRIBED,
        r"\b(?:unsubscrib\w*|opt(?:ed)? ?out|opts? outs?|abgemeldet|désabonn\w*|désinscri\w*|dado de baja)\b",
    ),
    (
        Meaning.NEGATIVE,
        r"\b(?:not interested|no interest|uninterested|wrong person|do not contact|said no|turned (?:us )?down|rejected"
        r"|declined|refused|kein interesse|absage|abgelehnt|pas intéressé\w*|refusée?|no interesad\w*|rechazad[oa]"
        r"|rifiutat[oa]|afgewezen)\b",
    ),
    (Meaning.BLOCKED, r"^(?:is |was |email )?(?:blocked|blacklisted|blocklisted)$"),
    (Meaning.BOUNCED, r"\b(?:bounce[ds]?|unzustellbar|rebotad\w*|rebote)\b"),
    (
        Meaning.CONVERSION,
        r"\b(?:convert(?:ed|s)?|conversions?|won|demo(?:ed|s)?|meetings?|booked|booking|sold|purchase[ds]?"
        r"|sales?(?! (?:rep|person|team|owner|manager|agent|region|stage|lead|notes?))|signed(?: up)?|appointments?"
        r"|deal (?:won|closed|signed)|closed deal|bought|ordered|bec(?:a|o)me (?:an? )?(?:customer|client)"
        r"|kunde geworden|bestellt|gebucht|beauftragt|unterschrieben|auftrag(?: erteilt| erhalten| bekommen)?"
        r"|commandé|firmad[oa]|firmat[oa]|ordinato|besteld|getekend"
        r"|acheté|comprado|comprato|gekocht|termin\w*|gewonnen|abschluss|gekauft|vendu|vendido|venduto|verkauft|verkocht|afspraak"
        r"|gesprek gepland|rdv|rendez vous|réunion\w*|gagnée?"
        r"|reunión|reuniones|cita|ganado|venta|reunião|reuniões|ganho|venda|riunione"
        r"|appuntamento|vinto|vendita|spotkanie|sprzedaż|schůzka|prodáno|möte\w*|bokat|møde\w*|møte\w*|tapaaminen|kauppa|toplantı"
        r"|satış|találkozó|встреч\w*|сделка|продажа|зустріч)\b"
        r"|成約|成交|受注|商談|アポ|预约|會議|会议|미팅",
    ),
    (
        Meaning.REPLY,
        r"\b(?:repl(?:y|ied|ies)|respon(?:ded|d|se|ses)|answer(?:ed|s)?|unanswered|unreplied|ignored|ghosted"
        r"|unresponsive|interested(?! in)|interessiert|intéressée?|interesad[oa]|interessad[oa]|antwort\w*|geantwortet"
        r"|rückmeldung\w*|beantwortet|unbeantwortet|réponses?|répondu|respuestas?|respondido|respondió|respondieron|contestó|contestado"
        r"|respondeu|respostas?|risposto|rispost[ae]|beantwoord|antwoord|odpowied\w*|odpověd\w*|svar|svaret|svarat|svarade"
        r"|besvarad|besvaret|vastaus|vastausta|vastattu|vastasi|válasz\w*|yanıt\w*|cevap\w*|ответ\w*|відповід\w*)\b"
        r"|返信|回复|答复|답장|회신",
    ),
)
PLAIN_NAMES = (
    *("outcome", "result", "label", "target", "outcome label", "email outcome"),
    *("what came of it", "came of it", "what happened", "how it went", "was daraus wurde"),
    *("ergebnis", "resultat", "résultat", "resultado", "risultato", "esito", "wynik", "výsledek", "uitkomst", "utfall"),
    *("tulos", "eredmény", "sonuç", "результат", "исход", "結果", "结果", "결과"),
)
"""What a column of labels is called."""
STATE_NAMES = (
    "response",
    "lead category",
    "category",
    "disposition",
    "reply category",
    "reply status",
    "reply type",
    "response type",
    "response status",
    "interest status",
    "lead status",
    "sentiment",
    "reply sentiment",
    "feedback",
    "status",
    "state",
    "email status",
    "contact status",
    "last state",
    "reply class",
    "class",
    "stage",
)
"""What a column of states is called, the likeliest to tell an outcome first."""
_SENT = (
    "sent, email sent, mail sent, is sent, was sent, sent?, email sent?, delivered, email delivered, gesendet, "
    "versendet, verschickt, zugestellt, envoyé, enviado, inviato, verzonden, wysłano"
)
SENT_NAMES = frozenset(_SENT.split(", "))
"""What a column is called that says whether an email went out."""
_NOT_OURS = re.compile(
    r"\b(?:open(?:ed|s)?|click(?:ed|s)?|deliver\w*|sent|send|view(?:ed|s)?|text|body|message|content|subject|template|"
    r"rate|address|by|from|step|variant|id|time zone|link|url|owner|predicted|probability|snippet|due|deadline|"
    r"expected|next|until|needs?|needed|required|awaiting|hours?|days|minutes?|seconds?|sla|reply to|to reply|"
    r"scores?|likelihood|chances?|forecasts?|potential|possible|propensity|planned|targets?|goals?|quotas?|priority)\b"
)
_PRIOR = re.compile(
    r"\b(?:previous(?:ly)?|prior|past|before|earlier|lifetime|existing|ever|histor\w*|früher\w*|bisherig\w*|vorherig\w*|"
    r"précédent\w*|antérieur\w*|anterior\w*)\b"
)
"""What was so before the email is no outcome of it."""
_OF_THE_COMPANY = re.compile(
    r"\b(?:last|latest|recent|annual|yearly|monthly|quarterly|revenue|turnover|volume|usd|eur|gbp|million|mio|letzte\w*|"
    r"derni\w*|últim\w*|ultim\w*)\b|[$€£]"
)
_CAME_TO_NOTHING = re.compile(
    r"\b(?:declin\w*|cancel\w*|no shows?|missed|lost|reject\w*|refus\w*|resched\w*|postpon\w*|fell through|abgesagt|"
    r"abgelehnt|annul\w*|verloren|perdu\w*|perdid\w*)\b"
)
_OF_A_REPLY = (
    (Meaning.NEGATIVE, re.compile(r"\b(?:negativ\w*|négativ\w*|bad|unfavou?rable)\b")),
    (Meaning.AUTOMATIC, re.compile(r"\b(?:auto|automat\w*|autorespon\w*|vacation|holiday|urlaubs?\w*|abwesen\w*)\b")),
)
"""What kind of reply a name says it is."""
_YES_OR_NO = re.compile(
    r"\b(?:yes|y|true|ja|j|oui|o|sí|si|s|sim|tak|t|ano|да|evet|kyllä)"
    r" (?:or |oder |ou |o )?(?:no|n|false|nein|non|não|nie|ne|нет|hayır|ei|nej|nee)\b"
)
"""``Replied (yes/no)``: what the cells may be, not what the column says."""
_NEGATED = re.compile(
    r"\b(?:no(?! of\b)|not|non(?= ?repl| ?respon)|never|without|didn'?t|didnt|ignored|ghosted"
    r"|un(?:answered|replied|responsive|beantwortet)"
    r"|kein\w*|nicht|ohne|sans|pas|aucune?|sin|ningun[ao]?|sem|nenhuma?|senza|nessuna?|geen|niet|bez|brak|nie|ei|inte|inget"
    r"|ingen|ikke|intet|nincs|yok|нет|без|не|немає)\b|[未無无]|没有|없"
)


_FIRST_IDEOGRAPH = "\u2e80"
"""From here on scripts are written without spaces, so that words cannot be told apart."""


@dataclass(frozen=True)
class Said:
    """What a name says: ``negated`` where the column's *yes* says that it did not happen, as "No reply"."""

    meaning: Meaning
    negated: bool = False
    plain: bool = True
    """Whether it says nothing else: "Meeting proposed" may be what the email holds, "SDR replied" what we did."""


def said_by_name(name: str) -> Said | None:
    """What a column's name says happened after the email; None: nothing that can be told by it."""
    words = _YES_OR_NO.sub(" ", re.sub(r"[()?¿\[\]]", " ", spaced(name)))
    words = " ".join(re.sub(r"\bsales (?=e ?mails?\b)", "", words).split())  # "Recent sales email replied date"
    told = [meaning for meaning, pattern in _BY_NAME if re.search(pattern, words)]
    if not told or _NOT_OURS.search(words) or _PRIOR.search(words):
        return None
    if re.search(r"\bstatus|categor|sentiment|\b(?:class|type)\b", words):
        return None
    meaning, plain = told[0], _is_plain(words)
    if meaning is Meaning.REPLY:
        meaning = next((kind for kind, pattern in _OF_A_REPLY if pattern.search(words)), meaning)
    if Meaning.CONVERSION in told and meaning in (Meaning.CONVERSION, Meaning.NEGATIVE):
        past = _OF_THE_COMPANY.search(words) or _CAME_TO_NOTHING.search(words) or _NEGATED.search(words)
        return None if past else Said(meaning, plain=plain)
    if meaning is Meaning.NEGATIVE:
        return Said(meaning)
    negated = _NEGATED.search(words) is not None
    return None if negated and meaning is not Meaning.REPLY else Said(meaning, negated, plain)


def _is_plain(words: str) -> bool:
    """Whether a name holds nothing but what happened and words that leave its sense as it is."""
    for _, pattern in _BY_NAME:
        words = re.sub(pattern, " ", words)
    rest = re.findall(r"[^\W\d_]+", _NEGATED.sub(" ", words))
    return all(word in FILLERS or word[0] >= _FIRST_IDEOGRAPH for word in rest)


def means_won(name: str) -> bool:
    """Whether a column of states is called by what a seller wins, so that a bare yes in it is a conversion."""
    return re.search(dict(_BY_NAME)[Meaning.CONVERSION], spaced(name)) is not None


def came_to_nothing(name: str) -> bool:
    """Whether a column is called by what did not come about, as "Lost" and "Meeting declined": no sale, and no no."""
    return _CAME_TO_NOTHING.search(spaced(name)) is not None


def is_of_the_past(name: str) -> bool:
    """Whether a column is called by what was so before the email, as "Previous stage"."""
    return _PRIOR.search(spaced(name)) is not None


def says_no_outcome(name: str) -> bool:
    """Whether a column is called by something that is no outcome, as opens, links, steps and what is yet to come."""
    return _NOT_OURS.search(spaced(name)) is not None
