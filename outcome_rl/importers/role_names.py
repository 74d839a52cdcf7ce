"""What the columns of each role are called in tables of no known tool, the surest name first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import normalize

EMAIL_NAMES = (
    "email text",
    "email body",
    "email texte",
    "email inhalt",
    "message sent",
    "sent message",
    "sent email",
    "email sent text",
    "body text",
    "text body",
    "body",
    "email content",
    "email message",
    "email copy",
    "email",
    "message",
    "mail",
    "text",
    "content",
    "copy",
    "html body",
    "draft",
    "nachricht",
    "mailtext",
    "message text",
    "message body",
    "mailing body",
    "mailing text",
    *("mensaje", "mensagem", "messaggio", "bericht", "wiadomość", "treść", "zpráva", "meddelande", "besked", "viesti"),
    *(
        "correo",
        "texte",
        "texto",
        "testo",
        "corps",
        "письмо",
        "текст",
        "メール本文",
        "本文",
        "メール",
        "邮件",
        "正文",
        "메일",
    ),
    "body html",
)
_SUBJECTS = ("objet", "asunto", "oggetto", "assunto", "onderwerp", "temat", "件名", "тема")
ROLE_NAMES: Mapping[str, tuple[str, ...]] = {
    "subject": (
        "subject",
        "email subject",
        "subject line",
        "message subject",
        "mailing subject",
        "betreff",
        *_SUBJECTS,
    ),
    "sent_at": (
        "sent at",
        "sent time",
        "sent date",
        "date sent",
        "send date",
        "sent on",
        "sent",
        "delivered at",
        "sending time",
        "email sent at",
        "email sent date",
        "message sent at",
        "gesendet",
        "gesendet am",
        "timestamp",
        "date",
        "datum",
        "activity date",
        *("versendet am", "versendet", "date d'envoi", "envoyé le", "fecha de envío", "fecha", "enviado", "enviado em"),
        *("data de envio", "data invio", "data di invio", "inviato il", "verzonden op", "verzonden", "data wysłania"),
        *("wysłano", "skickat", "送信日", "送信日時", "дата отправки"),
        *("when", "when sent", "wann", "quand", "cuándo", "quando", "wanneer"),
    ),
    "step": (
        "step",
        "step number",
        "step order",
        "sequence step",
        "sequence number",
        "email number",
        "touch",
        "schritt",
        "stufe",
        "attempt",
        "attempt number",
        "go",
    ),
    "state_at": (
        "state at",
        "state date",
        "last state at",
        "last state date",
        "status at",
        "status date",
        "status changed at",
        "last contacted",
        "last contacted at",
        "last contacted on",
        "last contact",
        "last contact date",
        "last email sent",
        "last email sent at",
        "status date changed",
    ),
    "variant": (
        "variant",
        "ab variant",
        "a b variant",
        "variant label",
        "variant name",
        "variant id",
        "ab test",
        "a b test",
        "sequence tested",
        "tested variant",
        "variation",
        "version",
        "variante",
    ),
    "template": ("template", "template id", "template name", "step name", "email name", "vorlage"),
    "campaign": ("campaign", "campaign name", "campaign id", "sequence", "sequence name", "cadence", "kampagne"),
    "answer": (
        *("reply text", "reply body", "reply message", "reply content", "response text", "response body"),
        *("answer text", "their reply", "message received", "received message", "last reply text", "reply snippet"),
        *("antworttext", "text der antwort", "texte de la réponse", "texto de la respuesta", "testo della risposta"),
    ),
    "note": (
        *("note", "notes", "mail note", "mail notes", "email note", "email notes", "reply note", "reply notes"),
        *("comment", "comments", "remark", "remarks", "what they said", "they said", "their answer", "answer", "reply"),
        *("notiz", "notizen", "bemerkung", "bemerkungen", "kommentar", "anmerkung", "remarque", "remarques"),
        *("commentaire", "nota", "notas", "comentario", "comentarios", "commento", "opmerking", "opmerkingen"),
    ),
    "first_name": ("first name", "firstname", "given name", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname"),
    "name": ("name", "full name", "contact name", "lead name", "recipient name"),
}
VAGUE_DATES = frozenset(
    ("timestamp", "date", "datum", "activity date", "fecha", "when", "wann", "quand", "cuándo", "quando", "wanneer")
)
"""Names of ``sent_at`` that are any date's in the export of a tool which has many."""
SENDERS = re.compile(r"\b(?:from|sender|von|absender|de|expéditeur|remitente|mittente|remetente|afzender|nadawca)\b")
"""Names of columns of addresses that say who wrote."""
OURS = re.compile(
    r"\b(?:from|sender|owner|own|my|cc|bcc|reply to|user|rep|mailbox|(?<!mail )id|von|absender|expéditeur|de)\b"
)
"""Names of columns of addresses that are not those of the recipients."""


@lru_cache(maxsize=4096)
def spaced(name: str) -> str:
    """A column's name in words: ``lastEmail_sent`` is ``last email sent``."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", normalize("NFC", name).replace("’", "'"))
    return " ".join(re.sub(r"[_\-./:]+", " ", name).lower().split())


_STAGES = re.compile(r"\b(?:stage|status|state|phase|lifecycle|pipeline|étape|statut|etapa|estado|fase)\b")
_OF_ANSWERS = re.compile(
    r"\b(?:repl\w*|respon\w*|answer\w*|antwort\w*|sentiment|interest|categor\w*|disposition|class|type|inbox)\b"
)


@lru_cache(maxsize=4096)
def is_stage(name: str) -> bool:
    """Whether a column is called by how far something got, and not by what kind of answer came."""
    words = spaced(name)
    return _STAGES.search(words) is not None and _OF_ANSWERS.search(words) is None
