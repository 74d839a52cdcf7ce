"""Where an email's own text ends and a quoted thread or a forwarded message begins.

Own code, since of the two libraries for it mail-parser-reply left a fifth of the German and the HTML forms in, and
quotequail cut texts that belong to the email: "On March 4, Ana from Acme wrote:" before a customer's words, and all
below a line of underscores. Here a quote needs a sure sign: a date or an address in its attribution, lines that begin
with ``>``, or a block of mail headers. English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Czech,
Danish, Norwegian, Swedish and Finnish forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """What was taken out of a text, and what it was."""

    kind: str
    text: str


_WROTE = (
    r"wrote|schrieb|hat geschrieben|a écrit|escribió|ha escrito|ha scritto|schreef|heeft geschreven|escreveu|skrev"
    r"|napisał(?:\(a\)|a)?|napsal\(?a?\)?|kirjoitti|написал(?:\(а\)|а)?"
)
_BEGINS = r"On|Am|Le|El|Il(?: giorno)?|Op|Em|Den|Dne|Dnia|W dniu|På|Kl"
_ATTRIBUTION = re.compile(rf"(?:{_BEGINS})\s.{{4,300}}?\b(?:{_WROTE})\b[^:]{{0,120}}:\s*$", re.I)
_NAMED_ATTRIBUTION = re.compile(rf".{{0,120}}<?[\w.+-]+@[\w.-]+>?\s+(?:{_WROTE})\b.{{0,80}}:\s*$", re.I)
_BARE_ATTRIBUTION = re.compile(rf"\S.{{0,60}}?\b(?:{_WROTE})\b.{{0,40}}:\s*$", re.I)
_DATED_ATTRIBUTION = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s.{0,120}<[^<>\s]+@[^<>\s]+>:?\s*$")
_DATE_OR_ADDRESS = re.compile(r"@[\w-]+\.|\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_ORIGINAL_NAMES = (
    r"original[- ]?(?:message|appointment)|ursprüngliche nachricht|original[- ]?nachricht"
    r"|message d['’]origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|oryginalna wiadomość|původní zpráva|alkuperäinen viesti|ursprungligt meddelande"
    r"|oprindelig meddelelse|original besked"
)
_ORIGINAL = re.compile(rf"[-_=\s]*-{{2,}}\s*(?:{_ORIGINAL_NAMES})\s*-{{2,}}\s*$", re.I)
_BARE_ORIGINAL = re.compile(rf"(?:{_ORIGINAL_NAMES})\s*:?$", re.I)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:forwarded (?:message|by.*)|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|přeposlaná zpráva|videresendt besked"
    r"|vidarebefordrat meddelande)\s*-{2,}\s*$"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)\s*:?\s*$",
    re.I,
)
_HIDDEN = re.compile(
    r"\[(?:quoted text hidden|zitierter text ausgeblendet|texte des messages précédents masqué)\]$", re.I
)
_BETWEEN_BARS = re.compile(rf"-{{3,}}\s*(?:{_BEGINS})\s.{{4,300}}?\b(?:{_WROTE})\b\s*-{{3,}}$", re.I)
BAR = re.compile(r"[_\-=*\s]{5,}$")
_HEADERS = {
    "from": "from|von|de|da|van|od|fra|från|lähettäjä|от|від|发件人|寄件者|差出人|gönderen"
    "|kimden|feladó|de la|από|보낸 ?사람|من|מאת|odosielateľ|šalje|pošiljatelj",
    "date": "sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el)?|enviada(?: em)?|fecha|inviato|data|verzonden"
    "|wysłano|odesláno|skickat|sendt|lähetetty|дата|отправлено|надіслано|发送时间|日期"
    "|送信日時|日付|gönderildi|tarih|elküldve|dátum|trimis|dată|στάλθηκε|ημερομηνία|보낸 ?날짜|날짜|تاريخ"
    "|נשלח|תאריך|odoslané|poslano",
    "to": "to|an|à|pour|para|a|aan|do|komu|till|til|vastaanottaja|кому|收件人|收件者|宛先"
    "|kime|alıcı|címzett|către|προς|받는 ?사람|إلى|אל|za",
    "subject": "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|temat|předmět|ämne|emne|aihe|тема"
    "|主题|主旨|件名|sujet|konu|tárgy|subiect|θέμα|제목|الموضوع|נושא|predmet",
}
_HEADER = {kind: re.compile(rf"\*?(?:{names})\s?[:：]\*?\s*\S", re.I) for kind, names in _HEADERS.items()}
_QUOTE_SIGNS = (
    *(
        "\n>",
        "--",
        ">:",
        "wrote",
        "schrieb",
        "geschrieben",
        "écrit",
        "escri",
        "scritto",
        "schreef",
        "escreveu",
        "skrev",
    ),
    *("napisał", "napsal", "kirjoitti", "написал", "forward", "weitergel", "réexpéd", "transf", "reenv", "inoltr"),
    *("doorgestuurd", "from:", "from :", "von:", "de:", "de :", "da:", "van:", "od:", "fra:", "från:", "lähettäjä:"),
    *("от:", "від:", "发件人", "寄件者", "差出人", "from:*", "von:*", "gönder", "kimden", "feladó", "de la", "από"),
    *("보낸", "من:", "מאת", "odosielateľ", "šalje", "pošiljatelj", "quoted text", "ausgeblendet", "masqué"),
)
"""A text without any of these, in lower case, quotes nothing."""
_ASCII_QUOTE_SIGNS = tuple(filter(str.isascii, _QUOTE_SIGNS))


def holds_any(text: str, signs: Sequence[str]) -> bool:
    """Whether any of these stands in a text."""
    for sign in signs:  # noqa: SIM110 - any() takes twice as long, and every email of a large file comes by here
        if sign in text:
            return True
    return False


def cut_quotes(text: str) -> tuple[str, list[Cut]]:
    """The text without quoted threads and forwarded messages; what stands alone is left."""
    lowered = text.lower()
    if "\n" not in text or not holds_any(lowered, _ASCII_QUOTE_SIGNS if lowered.isascii() else _QUOTE_SIGNS):
        return text, []
    lines = text.split("\n")
    for place, line in enumerate(lines):
        kind, start, end = _opens(lines, place, line)
        if not kind or not any(each.strip() for each in lines[:start]):
            continue
        kept = lines[:start] + lines[end:]
        cut = Cut(kind, "\n".join(lines[start:end]).strip())
        return "\n".join(kept).rstrip() if end == len(lines) else "\n".join(kept), [cut]
    return _cut_quoted_end(lines, text)


def begins_with_answer(text: str) -> bool:
    """Whether a text begins with "On … Ana wrote:", as a thread does that has the answer at its top."""
    lines = text.lstrip().split("\n", 6)
    return ":" in "".join(lines[:3]) and _attribution(lines, 0) > 0


def _opens(lines: Sequence[str], place: int, line: str) -> tuple[str, int, int]:
    """(kind, first line, line after the last) of a quote that opens here; an empty kind where none does."""
    stripped = line.strip().lstrip(">").strip()
    if not stripped or len(stripped) > 400:
        return "", 0, 0
    if _BARE_ORIGINAL.match(stripped) and "from" in _header_kinds(lines[place + 1 : place + 3]):
        start = place - (place > 0 and set(lines[place - 1].strip()) in ({"-"}, {"_"}))
        return "quoted thread", start, len(lines)
    if _ORIGINAL.match(stripped) or _HIDDEN.match(stripped) or _BETWEEN_BARS.match(stripped):
        return "quoted thread", place, len(lines)
    if _FORWARDED.match(stripped) and _header_kinds(lines[place + 1 : place + 8]) & {"from", "subject"}:
        return "forwarded message", place, len(lines)
    if (_HEADER["from"].match(stripped) or _HEADER["date"].match(stripped)) and _is_header_block(lines, place):
        start = place - 1 if place and BAR.match(lines[place - 1].strip() or "x") else place
        if start == place and place > 1 and not lines[place - 1].strip() and BAR.match(lines[place - 2].strip() or "x"):
            start = place - 2
        return "quoted thread", start, len(lines)
    width = _attribution(lines, place)
    if width:
        return "quoted thread", place, _quote_end(lines, place + width)
    return "", 0, 0


def _header_kinds(lines: Sequence[str]) -> set[str]:
    return {kind for line in lines for kind, pattern in _HEADER.items() if pattern.match(line.strip().lstrip("> "))}


def _is_header_block(lines: Sequence[str], place: int) -> bool:
    """From, and right below it two more of date, to and subject, one of them subject or date."""
    block: list[str] = []
    for line in lines[place : place + 8]:
        if not line.strip():
            break
        block.append(line)
    kinds = _header_kinds(block)
    return "from" in kinds and len(kinds) >= 3 and bool(kinds & {"subject", "date"})


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines "On … Ana wrote:" takes here, 0 where it does not stand here."""
    for width in (1, 2, 3):
        part = lines[place : place + width]
        if len(part) < width or not part[-1].strip():
            return 0
        joined = " ".join(each.strip().lstrip(">").strip() for each in part)
        if len(joined) > 600:
            return 0
        if _NAMED_ATTRIBUTION.match(joined) or _DATED_ATTRIBUTION.match(joined):
            return width
        if (
            width == 1
            and _BARE_ATTRIBUTION.match(joined)
            and lines[place + 1 : place + 2]
            and _two_quoted(lines, place + 1)
        ):
            return width
        dated = joined.endswith((":", "：")) and len(joined) < 200 and _DATE_OR_ADDRESS.search(joined)
        if dated and _next_line(lines, place + width).startswith(">"):
            return width
        if _ATTRIBUTION.match(joined) and (
            _DATE_OR_ADDRESS.search(joined) or _next_line(lines, place + width).startswith(">")
        ):
            return width
    return 0


def _two_quoted(lines: Sequence[str], place: int) -> bool:
    """Whether the next two lines that hold anything are quoted."""
    following = [line.strip() for line in lines[place : place + 6] if line.strip()][:2]
    return len(following) == 2 and all(line.startswith(">") for line in following)


def _next_line(lines: Sequence[str], place: int) -> str:
    return next((line.strip() for line in lines[place:] if line.strip()), "")


def _quote_end(lines: Sequence[str], place: int) -> int:
    """Where a quote ends: after its ``>`` lines where own text follows below them, else at the end of the text."""
    if not _next_line(lines, place).startswith(">"):
        return len(lines)
    end = place
    while end < len(lines) and (not lines[end].strip() or lines[end].lstrip().startswith(">")):
        end += 1
    return end


def _cut_quoted_end(lines: list[str], text: str) -> tuple[str, list[Cut]]:
    """Without the lines that begin with ``>`` at the end, two at least, below a blank line."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].lstrip().startswith(">"):
        start -= 1
    if end - start < 2 or not start or lines[start - 1].strip() or not any(line.strip() for line in lines[:start]):
        return text, []
    return "\n".join(lines[:start]).rstrip(), [Cut("quoted thread", "\n".join(lines[start:end]))]
