"""An email taken apart: subject, greeting, sentences, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 4_000
"""Nothing beyond is read; no email of these worlds comes near."""

_SUBJECT = re.compile(r"\s*(?:subject|betreff)\s*:\s*(?P<subject>[^\n]*)\n?", re.I)
_PREHEADER = re.compile(r"\s*(?:preheader|preview)\s*:\s*", re.I)
_GREETING = re.compile(
    r"\s*(?P<greeting>(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)"
    r"|sehr geehrte[rs]?|liebe[rs]?|moin|grüß gott|servus)\b[^.!?\n]{0,60}?(?:[,!:]|\n|(?<=there)[.])"
    r"|[A-ZÄÖÜ][\w'-]+,(?=\s*\n))",
    re.I,
)
_CLOSING = re.compile(
    r"(?:with )?(?:best|kind|kindest|warm|warmest|many thanks|thanks|thank you|regards|sincerely|cheers|yours"
    r"|all the best"
    r"|take care|speak soon|mit (?:freundlich|best|herzlich)|freundliche|viele|beste|herzliche"
    r"|schöne)\b[^.!?\n]{0,45}$",
    re.I,
)
_MOST_SIGNATURE_LINES, _MOST_SIGNATURE_WORDS = 6, 24
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|no|nr|approx|ca|e\.g|i\.e|z\. ?b|d\. ?h|u\. ?a|etc|inkl|bzw|evtl|tel|str|a\.m|p\.m|vs)\.$",
    re.I,
)
_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\s*\n+\s*")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@dataclass(frozen=True)
class Reading:
    """``sentences``: those of the body, without subject, greeting and signature; ``words``: of the body."""

    text: str
    subject: str
    greeting: str
    sentences: tuple[str, ...]
    signature: str
    words: int

    @property
    def body(self) -> str:
        return " ".join(self.sentences)


def read_email(text: str) -> Reading:
    """Take an email apart; any text gives a reading, the empty one an empty reading."""
    text = text.replace("\r\n", "\n").replace("’", "'").strip()[:MAX_CHARACTERS]
    subject, rest = "", text
    if found := _SUBJECT.match(rest):
        subject, rest = found["subject"].strip(), rest[found.end() :]
    rest = _PREHEADER.sub("", rest, count=1)
    greeting = ""
    if found := _GREETING.match(rest):
        greeting, rest = found["greeting"].strip(), rest[found.end() :]
    rest, signature = _split_signature(rest.strip())
    sentences = tuple(split_sentences(rest))
    return Reading(text, subject, greeting, sentences, signature, sum(len(words_of(s)) for s in sentences))


def _split_signature(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    for start in range(max(1, len(lines) - _MOST_SIGNATURE_LINES), len(lines)):
        if _CLOSING.match(lines[start].strip()) and len(" ".join(lines[start:]).split()) <= _MOST_SIGNATURE_WORDS:
            return "\n".join(lines[:start]).strip(), "\n".join(lines[start:]).strip()
    kept = len(lines)
    while kept > 1 and len(lines) - kept < 3 and _is_name(lines[kept - 1]):
        kept -= 1
    return "\n".join(lines[:kept]).strip(), "\n".join(lines[kept:]).strip()


def _is_name(line: str) -> bool:
    """A short last line that is no sentence: the sender's name or firm."""
    words = line.split()
    return len(words) <= 5 and not line.rstrip().endswith((".", "!", "?", ":"))


def split_sentences(text: str) -> list[str]:
    """Sentences of a text in their order; a line break ends one, a dot in an abbreviation or number does not."""
    parts, held = [], ""
    for part in _END.split(text):
        held = f"{held} {part}".strip() if held else part.strip()
        if held and not _ABBREVIATION.search(held):
            parts.append(held)
            held = ""
    return [*parts, held] if held else parts


def words_of(text: str) -> list[str]:
    """Words and numbers, hyphens and apostrophes inside a word kept."""
    return _WORD.findall(text)
