"""What can be seen in an email without a model: words, questions, a call to action."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

EXAMINED = 20_000
"""Characters of a text that are looked at; nobody answers an email for what stands below."""


_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*[.!?]*")  # a dot inside a word or number does not end it
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)

# Written with re.VERBOSE: a space in a pattern is written as \s.
_REST = r"[^.!?\n]*"
_ACTION = r"""\b(?: call|chat|talk|demo|meet|meeting|conversation|walk-?through|tour|visit|trial|pilot|slot|time
    |minutes?|look|quote|proposal|coffee|video|session|consultation|appointment|details|copy|example|sample|introduc\w+|connect
    |discuss|schedule|hear|learn|see|try|explore|speak|share|send|show|book|reply|answer|worth|interested )\b"""
_VERB = r"""(?: reply|respond|answer|book|schedule|reserve|pick|choose|select|call|ring|phone|text|e-?mail|write
    |click|tap|visit|register|sign\s(?:up|in)|join|download|try|start|send|tell|drop|give|let\s(?:me|us)\sknow|get\sback
    |get\sin\stouch|reach\sout|contact|find\sa\stime|grab|claim|confirm|forward|suggest|name|see|watch|ask
    |check\sout|say )\b"""
_OFFERED = r"""(?: show|walk|send|call|demo\w*|set|share|arrange|visit|meet|discuss|connect|schedule|talk|chat|speak|run
    |offer|give|book|learn|hear|explore|invite|bring|help\syou )"""
_ASKS = {
    "would you be open to a call? may I send you the summary?": rf"""
        \b(?:would|could|can|may|might|shall|will|should|do|does|are|is)\s+
        (?:you|we|i|it|there|that|this|\w+day)\b {_REST} {_ACTION} {_REST} \?""",
    "are you free on Thursday?": rf"""
        \b(?:are\syou|would\syou\sbe|is\sanyone)\b {_REST}
        \b(?:free|open|available|around|up\sfor|willing|keen|interested)\b {_REST} \?""",
    "how about a coffee? shall we try it?": rf"""
        \b(?:how|what)\sabout\b {_REST} \? | \b(?:shall|why\sdon'?t)\swe\b {_REST} \?""",
    "worth a look": rf"\bworth\s(?:an?|your|ten|fifteen|\d+)\b {_REST} {_ACTION}",
    "when would suit you?": rf"""
        \b(?:when|which\s(?:day|time|slot)|what\s(?:day|time))\b {_REST}
        \b(?:suits?|works?|free|convenient|good|talk|come|call|meet)\b {_REST} \?""",
    "would Thursday suit you?": rf"""
        \b(?:would|does|do|will|might|could)\b [^.!?\n]{{1,40}}
        \b(?:suit|work\s(?:for|with))\s+you(?:r\s\w+)?\b {_REST} \?""",
    "interested?": r"\binterested\s*\?",
    "do you have ten minutes?": rf"\bdo\syou\shave\b {_REST} \b(?:minutes?|time|slot|moment)\b {_REST} \?",
    "reply with yes. if you like, send me one": rf"""
        (?: ^ | [,;:\-]\s | \b(?:please|just|simply|kindly)\s+ ) (?: (?:please|just|simply|kindly)\s+ )* {_VERB}
        | \b(?:and|or|so|then)\s+ {_VERB} \s+ (?:me|us|back)\b""",
    "I would be happy to show you": rf"""
        \b(?:i|we) (?:'d|'ll|\swould|\scould|\scan|\swill|\sam|\sare)? \s+ (?:also\s|gladly\s|be\s)?
        (?:happy|glad|love|like|pleased|delighted|keen|eager|want)\s+to\s+ {_OFFERED}""",
    "we can set up a trial for you": rf"""
        \b(?:i|we)(?:'ll|\scan|\scould|\swill)\s+(?:gladly\s|also\s|then\s)?
        (?:show|walk|send|call|demo|set\sup|arrange|visit|bring|run|book)\b {_REST} \byou""",
    "let's talk": r"""
        \b(?:let'?s|let\sus)\s+
        (?:talk|chat|meet|connect|schedule|discuss|set\sup|find|book|speak|catch\sup|hop|jump|get)\b""",
    "let me know. give me a ring": r"""
        \blet\s(?:me|us)\sknow\b | \bget\sback\sto\s(?:me|us)\b | \bgrant\sus\b
        | \bgive\s(?:me|us)\sa\s(?:call|ring|shout)\b""",
    "looking forward to your reply": r"""
        \blooking\sforward\sto\s(?:your\s(?:reply|response|answer)|hearing\sfrom|speaking|talking|meeting)\b""",
}
"""What counts as asking for something, by an example of each."""
_ASK = re.compile("|".join(f"(?:{ask})" for ask in _ASKS.values()), re.I | re.X)
_STATEMENT = re.compile(  # words of the lists above that ask for nothing: a call center, bookings, a contact form
    r"""\b(?: call\scent\w+ | contact\s(?:cent\w+|form|details|list) | email\s(?:marketing|campaign|address|list)
    | demo\s(?:account|data) | text\smessage\w* | book(?:ing|ed|s)\b | reply\srate\w* | start-?ups?\b
    | check-?outs?\b )""",
    re.I | re.X,
)
PLACEHOLDERS = r"\[[^\]\n]{1,40}\]|\{[^}\n]{1,40}\}|<[^>\n]{1,40}>|\bX{2,}\b"
PUSHY_WORDS = (
    r"\b(?:act now|amazing|best|buy now|exclusive|free|guarantee\w*|hurry|incredible|leading|limited|"
    r"miss out|offer|revolution\w*|risk.free|today only|unique|urgent|world.class)\b"
)
YOU = r"\b(?:you|your|yours)\b"
ME_AND_US = r"\b(?:i|we|my|our|us|me)\b"
_MEANT_OTHERWISE = re.compile(  # signing off; with time to spare
    r"best(?=\s*(?:,|\n|$|regards\b|wishes\b))"
    r"|(?:(?<=\byou )|(?<=\byou are )|(?<=\byou're )|(?<=\banyone )|(?<=\bfeel )|(?<=\bbe )|(?<=\bi'm ))free",
    re.I,
)
ASK, QUESTION, PLACEHOLDER, PUSHY = "ask", "question", "placeholder", "pushy"
"""Kinds of what :func:`highlights` finds."""
Span = tuple[int, int]
"""Where something begins and ends in a text."""

MAX_CHARACTERS = 20_000
"""Longer texts are checked up to here; no email is that long."""
MAX_SENTENCE = 500
"""Longer sentences are checked up to here: the patterns' time grows with the square of it."""


@dataclass(frozen=True)
class EmailCheck:
    """``cta`` holds the words that ask for something, as written."""

    word_count: int
    has_cta: bool
    cta: tuple[str, ...]
    question_count: int


def check_email(text: str) -> EmailCheck:
    """Count words and questions and find calls to action."""
    cta = calls_to_action(text)
    return EmailCheck(len(text.split()), bool(cta), cta, count_questions(text))


def count_questions(text: str) -> int:
    """Sentences that end in a question mark; ``??`` and ``?!`` count once, marks inside links not at all."""
    return len(re.findall(r"\?[?!]*", _URL.sub(" ", text[:MAX_CHARACTERS])))


def calls_to_action(text: str) -> tuple[str, ...]:
    """The sentences' parts that ask the reader to do something, as written, in the order of the text."""
    return tuple(text[start:end] for start, end in ask_spans(text))


def ask_spans(text: str) -> list[Span]:
    """Where the calls to action are, one of a sentence."""
    found, text = [], _without_links(text[:MAX_CHARACTERS])
    for start, end in _sentences(text):
        match = _ASK.search(_STATEMENT.sub(lambda m: "_" * len(m.group()), text[start:end][:MAX_SENTENCE]))
        if match:
            found.append(_trimmed(text, start + match.start(), start + match.end(), " ,;:-"))
    return found


def question_spans(text: str) -> list[Span]:
    """Where the sentences are that end in a question mark."""
    text = _without_links(text[:MAX_CHARACTERS])
    return [span for span in _sentences(text) if "?" in text[slice(*span)]]


def highlights(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of what the checks look at, in the order of the text; parts may overlap."""
    found = [(*span, ASK) for span in ask_spans(text)] + [(*span, QUESTION) for span in question_spans(text)]
    for kind, pattern in ((PLACEHOLDER, PLACEHOLDERS), (PUSHY, PUSHY_WORDS)):
        matches = re.finditer(pattern, text[:MAX_CHARACTERS], re.I)
        found += [(*match.span(), kind) for match in matches if not _MEANT_OTHERWISE.match(text, match.start())]
    return sorted(found)


def _without_links(text: str) -> str:
    """The text with each link as a word of the same length: marks inside links mean nothing."""
    return _URL.sub(lambda match: "link".ljust(len(match.group())), text)


def _sentences(text: str) -> list[Span]:
    return [_trimmed(text, *match.span()) for match in _SENTENCE.finditer(text)]


def _trimmed(text: str, start: int, end: int, extra: str = "") -> Span:
    """The span without white space, or the ``extra`` signs, around it."""
    part = text[start:end]
    kept = part.lstrip(extra or None)
    start = end - len(kept)
    return start, start + len(kept.rstrip(extra or None))


def distinct_n(texts: Sequence[str], n: int = 2) -> float:
    """Different word n-grams over all word n-grams of the texts: 1 varied, near 0 all alike (Li et al. 2016)."""
    grams = [gram for text in texts for gram in word_grams(text, n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def own_pairs(texts: Sequence[str]) -> list[float]:
    """For each text the share of its word pairs that stand nowhere else in the texts; 0 where it has no pairs."""
    pairs = [word_grams(text, 2) for text in texts]
    times = Counter(pair for own in pairs for pair in own)
    return [sum(times[pair] == 1 for pair in own) / len(own) if own else 0.0 for own in pairs]


def word_grams(text: str, n: int) -> list[tuple[str, ...]]:
    """Runs of ``n`` words, in small letters."""
    words = text.lower().split()
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
