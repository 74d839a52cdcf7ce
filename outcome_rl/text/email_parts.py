"""An email taken apart: subject, greeting, the sentences of its body, sign-off, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .merge_fields import FIELD
from .price_talk import gives_price
from .sentences import sentences
from .subject_line import split_subject
from .titles import SALUTATION, SHORT_SALUTATION, WRITTEN

_PREHEADER = re.compile(r"\s*(?:preheader|preview(?: text)?|vorschau(?:text)?)\s*:[ \t]*[^\n]{1,300}\n+", re.I)
_NO_NAME = r"(?!(?:So|Well|Anyway|Yes|No|And|But|Thanks?|Great|Quick|First|Finally|Today|Now|Sorry|Just)\b)"
_NAME = _NO_NAME + r"(?:\{\{[^{}\n]{1,40}\}\}|\[[^\[\]\n]{1,40}\]|[A-ZÀ-Þ][\w'’.-]{0,30})"
_SALUTATION = (
    r"(?:to whom it may concern|ladies and gentlemen|sehr geehrter?(?: (?:herr|frau|damen und herren))?"
    rf"|{SALUTATION}"
    rf"|{SHORT_SALUTATION}(?=(?:[ \t]+(?:there|all|both|again|(?-i:{_NAME}))){{0,3}}[ \t]*+[,!]?[ \t]*+(?:\n|$))"
    rf"|{SHORT_SALUTATION}(?=[ \t]+(?-i:{_NAME})[ \t]*+[,!]))"
)
_LINE_OF_GREETING = (
    r"(?i:(?:estimad[oa]s?|querid[oa]s?|ch[eè]re?s?|madame|monsieur|gentile|egregi[oa]|buongiorno|salve|geachte|beste"
    r"|prezad[oa]s?|car[oa]s?|olá)\b)[^\n.!?]{0,60}[,:!]?[ \t]*+(?=\n)"
)
"""In languages of which only this is known."""
_TITLE = rf"(?:{WRITTEN})\.?[ \t]+"
_NOBODY = (
    r"(?i:sirs?|madam|ma['’]am|ladies|gentlemen)"
    r"(?:[ \t]*(?:/|\b(?:or|and)\b)[ \t]*(?i:sirs?|madam|gentlemen))?(?![ \t]+[A-ZÀ-Þ])"
)
"""Who is greeted by whoever does not know them."""
_GREETING = re.compile(
    rf"\s*(?:(?i:{_SALUTATION})(?:[ \t]+(?:there|all|team|everyone|both|folks|again|{_NOBODY}"
    rf"|(?:{_TITLE})?{_NAME}(?:[ \t]+{_NAME}){{0,2}}))?"
    rf"(?:[ \t]*+[,!:–-])?(?=[ \t]*+\n|[ \t]++\S)|{_LINE_OF_GREETING}|{_NAME}(?:[ \t]+{_NAME})?[ \t]*[,!][ \t]*(?=\n))"
)
_INLINE = re.compile(
    rf"\s*(?:(?i:{_SALUTATION})[ \t]+{_NAME}(?:[ \t]+{_NAME})?[ \t]*[,!:]|{_NAME}[ \t]*[,!])[ \t]+(?=\S)"
)
_CLOSING = r"""(?:
      (?:with\ )?(?:my\ |the\ |very\ )?
      (?:best|kind(?:est)?|warm(?:est)?|many|sincere|friendly)\ ?(?:regards|wishes|thanks)?
    | regards | sincerely | yours(?:\ (?:sincerely|truly|faithfully))?
    | all\ the\ best(?:\ (?:for|with|in)(?:\ [^\s.?!]+){1,6})? | cheers
    | thanks(?:\ (?:again|so\ much))? | thank\ you | speak\ soon | talk\ soon | take\ care
    | (?:mit\ )?(?:freundlichen?|besten?|herzlichen?|viele|liebe|beste)
      \ gr(?:ü|ue)(?:ß|ss)en?n?(?:\ aus\ [A-ZÄÖÜ][\w-]+)?
    | cordialement | bien\ à\ vous | saludos | un\ saludo )"""
_SIGN_OFF = re.compile(rf"^[ \t]*{_CLOSING}[ \t]*+[,.!–-]?[ \t]*+$", re.I | re.M | re.X)
_SIGNED_IN_LINE = re.compile(
    rf"^[ \t]*(?P<closing>{_CLOSING}[ \t]*[,–-])[ \t]+(?P<name>(?-i:[A-ZÀ-Þ])[^\n.?!]*+)\s*\Z", re.I | re.M | re.X
)
"""A last line with closing, name and what else stands in a signature."""
_POSTSCRIPT = re.compile(
    r"^[ \t]*(?:(?:P\.?[ \t]?){1,3}S(?:\.:?|:|,)\s[^\n]*(?:\n[^\n]+)*"
    r"|(?-i:P{1,2}S)(?=[ \t]+\S)[^\n]*(?:\n[^\n]+)*\s*\Z)",
    re.I | re.M,
)
"""A paragraph, as a rule below the signature, which it would keep from being found."""
LONGEST_SIGNATURE = 6
"""Lines that may follow a sign-off."""
SIGNATURE_WORDS = 6
"""Longest line of a signature, in words."""
_INITIAL = re.compile(r"\s*(?:[-–—]\s?[^\W\d_]{1,20}\.?|[A-ZÀ-Þ]\.)\s*")
"""Signed with a dash, "-D." or "– Dana", or with an initial alone, "N."."""
_GLUE = re.compile(
    r"""(?: it | its | it's | that | that's | this | they | their | them | these | those | so | and | but | because | he
    | she | his | her | which | then | there | both | neither | either | such | if\ so | if\ not | in\ that\ case
    | otherwise | even\ so | still | yet | instead | also | too | as\ a\ result | on\ top | not | or | afterwards
    | after\ that | before\ that | nothing\ else | all\ of\ (?:it|this|them)
    | the\ (?:same|first|second|other|rest|result|reason|trick)\b
    | d(?:ie|er|en)\ (?:sind|ist|haben|hat|kommt|kommen|kostet|kosten|macht|machen)
    | das | dies\w* | er | sie | es | so | und | aber | denn | dann | deshalb | daher | damit | dabei
    | dafür | dazu | beide )\b""",
    re.I | re.X,
)
"""Beginnings of sentences that do not stand without the one before."""
_PRONOUNS = frozenset(
    {"it", "its", "it's", "they", "their", "them", "these", "those", "he", "she", "his", "her", "both"}
)


@dataclass(frozen=True)
class BodySentence:
    """One sentence of a body, or some that do not stand without each other."""

    text: str
    starts_paragraph: bool


@dataclass(frozen=True)
class EmailParts:
    """``subject``: with the preheader in a line of its own where one stands before a greeting; ``greeting``: "Hi Ana,";
    ``sign_off``: "Kind regards,"; what an email does not have is empty.
    """

    subject: str
    greeting: str
    body: tuple[BodySentence, ...]
    sign_off: str
    signature: str


def email_parts(email: str) -> EmailParts:
    """Take an email apart. A sentence that refers to the one before it, as "That is why ...", stays with it, unless it
    gives a price: that may stand behind whatever asked for it.
    """
    own, text = split_subject(email.replace("\r\n", "\n").strip())
    subject = own or ""
    shown_first = _PREHEADER.match(text)
    if shown_first and _GREETING.match(text, shown_first.end()):
        subject, text = f"{subject}\n{shown_first.group().strip()}".strip(), text[shown_first.end() :]
    greeting = ""
    if match := _GREETING.match(text) or _INLINE.match(text):
        greeting, text = match.group().strip(), text[match.end() :]
    text, sign_off, signature = _without_signature(_POSTSCRIPT.sub("", text))
    return EmailParts(subject, greeting, _body(text), sign_off, signature)


def _without_signature(text: str) -> tuple[str, str, str]:
    """The text before the sign-off, the sign-off, the lines behind it."""
    if (line := _SIGNED_IN_LINE.search(text)) and all(map(_may_sign, line["name"].split(","))):
        return text[: line.start()], line["closing"], line["name"].strip()
    for match in reversed(list(_SIGN_OFF.finditer(text))):
        behind = [line for line in text[match.end() :].splitlines() if line.strip()]
        if len(behind) <= LONGEST_SIGNATURE and all(map(_may_sign, behind)):
            return text[: match.start()], match.group().strip(), "\n".join(behind)
        break
    head, gap, tail = text.rstrip().rpartition("\n\n")
    lines = tail.splitlines()
    short = len(lines) <= LONGEST_SIGNATURE and all(line.strip() and _may_sign(line) for line in lines)
    if gap and short and (_INITIAL.fullmatch(tail) or not re.search(r"[.!?:]\s*$", tail)):
        return head, "", tail.strip()
    return text, "", ""


def _may_sign(line: str) -> bool:
    """Whether a line may be one of a signature: short, or a row of short things between bars, or between commas where
    each begins with a capital or a digit.
    """
    rows = re.split(r"[|·•]", line), re.split(r",[ \t]+", line.strip())
    named = all(re.match(r"[A-ZÀ-Þ\d+(]", part) for part in rows[1])
    return any(all(len(part.split()) <= SIGNATURE_WORDS for part in own) for own in rows[: 1 + named])


def _body(text: str) -> tuple[BodySentence, ...]:
    found: list[BodySentence] = []
    end = 0
    for start, stop in sentences(text):
        paragraph = not found or "\n" in text[end:start]
        sentence, end = " ".join(text[start:stop].split()), stop
        refers = _GLUE.match(sentence)
        if found and refers and not gives_price(sentence) and (not paragraph or refers.group().lower() in _PRONOUNS):
            found[-1] = BodySentence(f"{found[-1].text} {sentence}", found[-1].starts_paragraph)
        elif any(map(str.isalnum, FIELD.sub("", sentence))):  # a merge field alone is a name below the email
            found.append(BodySentence(sentence, paragraph))
    return tuple(found)
