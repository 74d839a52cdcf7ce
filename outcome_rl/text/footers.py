"""Where an email's own words end and a footer, a notice or a signature begins."""

from __future__ import annotations

import re

from .quotes import BAR, Cut, holds_any

_UNSUBSCRIBE = re.compile(
    r"unsubscribe|opt[- ]?out|no longer (?:wish|want) to (?:receive|hear)|stop receiving|manage (?:your )?preferences"
    r"|(?:view|read) (?:this|it) (?:e-?mail )?in (?:your|a) browser|abmelden|abbestellen|austragen|désinscri|désabonn"
    r"|dar(?:se|te|me) de baja|cancelar (?:la|tu|su) suscripción|disiscriv|annulla(?:re)? l['’]iscrizione|uitschrijven"
    r"|afmelden|cancelar (?:a )?inscrição|odhlásit|wypisz|avregistrera|afmeld",
    re.I,
)
_LINKED = re.compile(
    r"https?://|www\.|\bclick\b|\bklick|\bcliqu|\bclic\b|\bhier\b|\bhere\b|\bici\b|\baquí\b|\bqui\b|\blink\b|\{\{"
    r"|\*\||%%?\w|\[\w",
    re.I,
)
_FOOTER_LINE = re.compile(
    r"©|\(c\)|copyright|all rights reserved|https?://|www\.|@|\||\d{4,5}\s|registered|gmbh|inc\.|ltd", re.I
)
_CONFIDENTIAL = re.compile(
    r"confidential|privileged|intended (?:solely|only|exclusively)|vertraulich|confidentiel|confidencial|riservat"
    r"|vertrouwelijk|poufn|důvěrn|konfident|luottamukse",
    re.I,
)
_BY_MISTAKE = re.compile(
    r"in error|by mistake|(?:intended|named) recipient|for the use of|addressee|not the .{0,20}recipient|irrtümlich"
    r"|richtige[rn]? (?:adressat|empfänger)|versehentlich|par erreur|destinataire|por error|destinatari|per errore"
    r"|por engano|abusievelijk|geadresseerde|omyłk|adresat|omylem|misstag|fejl|vahingossa",
    re.I,
)
SHORTEST_NOTICE = 60
"""Letters of a notice of confidentiality; a sentence of the email is shorter."""
_MOBILE = re.compile(
    r"(?:sent from (?:my )?\w[\w ]{1,25}|get outlook for \w+.*|von meinem \w[\w ]{1,20} gesendet|gesendet von .{2,40}"
    r"|envoyé de(?:puis)? mon \w[\w ]{1,20}|enviado desde mi \w[\w ]{1,20}|inviato da(?:l mio)? \w[\w ]{1,20}"
    r"|sent with proton ?mail.{0,30}|mit (?:meinem|der) .{2,40} gesendet"
    r"|verstuurd vanaf mijn \w[\w ]{1,20}|enviado do meu \w[\w ]{1,20})\.?$",
    re.I,
)
SIGN_OFF = re.compile(
    r"(?:(?:kind|best|warm(?:est)?|many|with)\b.{0,24}|regards|best|cheers|thanks(?: (?:again|so much|a lot))?"
    r"|thank you|sincerely|yours.{0,16}|all the best|talk soon|mit .{0,20}grüßen"
    r"|(?:(?:viele|beste|liebe|schöne|freundliche) )?grüße.{0,20}|mfg|lg|cordialement|bien (?:à vous|cordialement)"
    r"|salutations.{0,20}|(?:un )?saludos?.{0,20}|atentamente|cordiali saluti|distinti saluti"
    r"|met vriendelijke groet(?:en)?|groet(?:en|jes)?|atenciosamente|abraços?|s pozdravem|pozdrawiam"
    r"|med vänlig(?:a)? hälsning(?:ar)?|med venlig hilsen|vennlig hilsen)[,.!]?$",
    re.I,
)
CONTACT = re.compile(
    r"https?://|www\.\w|linkedin\.com|[\w.+-]@[\w-]++\.\w"
    r"|(?:\+|\(\+?|00|0)\d(?:[\s().\-/]*\d){6,}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b",
    re.I,
)
POSTSCRIPT = re.compile(r"p\.? ?s\b", re.I)
_FOOTER_SIGNS = (
    *("unsubscribe", "opt out", "opt-out", "optout", "no longer", "stop receiving", "preferences", "browser", "abmeld"),
    *("abbestell", "austragen", "désinscri", "désabonn", "de baja", "cancelar", "disiscriv", "annulla", "uitschrijven"),
    *("afmeld", "odhlásit", "wypisz", "avregistrera"),
)
"""A text without any of these, in lower case, lets nobody unsubscribe."""
MOST_SIGNATURE_LINES, LONGEST_SIGNATURE_LINE = 12, 90


def cut_footers(text: str) -> tuple[str, list[Cut]]:
    """The text without unsubscribe footers, notices of confidentiality, "sent from my phone", and what follows the name
    in a signature.
    """
    cuts: list[Cut] = []
    for cutter in (_cut_unsubscribe, _cut_disclaimer, _cut_mobile, _cut_delimited, _cut_contact):
        text, found = cutter(text)
        cuts += found
    return text, cuts


def _cut_unsubscribe(text: str) -> tuple[str, list[Cut]]:
    lowered = text[-2000:].lower()
    if not holds_any(lowered, _FOOTER_SIGNS):
        return text, []
    lines = text.split("\n")
    written = [place for place, line in enumerate(lines) if line.strip()]
    for place in written[-8:]:
        line = lines[place].strip()
        if place == written[0] or not _is_unsubscribe(line):
            continue
        above = place
        while above - 1 > written[0] and _is_footer(lines[above - 1]):
            above -= 1
        below = place + 1
        while below < len(lines) and (not lines[below].strip() or _is_footer(lines[below])):
            below += 1
        cut = Cut("unsubscribe footer", "\n".join(lines[above:below]).strip())
        kept = "\n".join([*lines[:above], *lines[below:]]).rstrip()
        return kept, [cut]
    return text, []


def _is_unsubscribe(line: str) -> bool:
    """A line that lets one unsubscribe by a link, not a sentence that offers it in words."""
    found = _UNSUBSCRIBE.search(line)
    if not found or POSTSCRIPT.match(line):
        return False
    rest = (line[: found.start()] + line[found.end() :]).split()
    alone = re.search(r"[?.!]\s*$", line[: found.start()]) and not line[found.end() :].strip(" .!")
    return len(rest) <= 3 or bool(alone) or bool(_LINKED.search(line))


def _is_footer(line: str) -> bool:
    """A line that only stands in footers: a bar, an address, a copyright, a link to unsubscribe."""
    line = line.strip()
    if not line or line.endswith("?") or POSTSCRIPT.match(line):
        return False
    return bool(BAR.match(line)) or _is_unsubscribe(line) or (bool(_FOOTER_LINE.search(line)) and len(line) < 160)


def _cut_disclaimer(text: str) -> tuple[str, list[Cut]]:
    """A last paragraph that says that the email is confidential, and what to do who got it by mistake."""
    head, _, last = text.rstrip().rpartition("\n\n")
    if not head.strip() or len(last) < SHORTEST_NOTICE or "?" in last:
        return text, []
    if _CONFIDENTIAL.search(last) and _BY_MISTAKE.search(last):
        return head.rstrip().removesuffix("--").rstrip(), [Cut("disclaimer", last.strip())]
    return text, []


def is_device_line(line: str) -> bool:
    """Whether a line is what a mail program sets below an email: "Sent from my phone"."""
    return bool(_MOBILE.match(line.strip()))


def _cut_mobile(text: str) -> tuple[str, list[Cut]]:
    head, _, last = text.rstrip().rpartition("\n")
    if head.strip() and len(last) < 80 and is_device_line(last):
        return head.rstrip(), [Cut("signature", last.strip())]
    return text, []


def _cut_delimited(text: str) -> tuple[str, list[Cut]]:
    """Below the line ``-- ``, as RFC 3676 has it, where it is short and asks nothing."""
    lines = text.split("\n")
    for place in range(len(lines) - 1, 0, -1):
        if lines[place].rstrip("\r") in ("-- ", "--"):
            tail = [line for line in lines[place + 1 :] if line.strip()]
            own = any(line.strip().endswith("?") or POSTSCRIPT.match(line.strip()) for line in tail)
            if len(tail) <= MOST_SIGNATURE_LINES and not own and any(line.strip() for line in lines[:place]):
                return "\n".join(lines[:place]).rstrip(), [Cut("signature", "\n".join(lines[place:]).strip())]
            return text, []
    return text, []


def _cut_contact(text: str) -> tuple[str, list[Cut]]:
    """Below a closing and a name: the lines of title, company, telephone and links, where they are nothing else."""
    end = text[-600:]
    if not ("@" in end or "www." in end or "http" in end or "linkedin" in end or re.search(r"\d[\d\s()./-]{5}", end)):
        return text, []
    lines = text.rstrip().split("\n")
    for place in range(len(lines) - 1, max(0, len(lines) - MOST_SIGNATURE_LINES - 3), -1):
        if not SIGN_OFF.fullmatch(lines[place].strip()):
            continue
        name = next((each for each in range(place + 1, len(lines)) if lines[each].strip()), len(lines))
        tail = [line.strip() for line in lines[name + 1 :] if line.strip()]
        if not tail or len(tail) > MOST_SIGNATURE_LINES or not _is_name(lines[name]):
            return text, []
        plain = all(len(line) <= LONGEST_SIGNATURE_LINE and not re.search(r"[?!.]$", line) for line in tail)
        if not plain or any(map(POSTSCRIPT.match, tail)):
            return text, []
        if not any(CONTACT.search(line) for line in tail):
            return text, []
        return "\n".join(lines[: name + 1]).rstrip(), [Cut("signature", "\n".join(tail))]
    return text, []


def _is_name(line: str) -> bool:
    words = line.strip().rstrip(",").split()
    return 1 <= len(words) <= 4 and not CONTACT.search(line) and words[0][:1].isupper()
