"""What can be seen in an email without a model: words, questions, a call to action."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .calls_to_action import find_asks
from .merge_fields import HALF_FIELD, fields_in
from .merge_filling import is_known

EXAMINED = 20_000
"""Characters of a text that are looked at; nobody answers an email for what stands below."""


_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*[.!?]*")  # a dot inside a word or number does not end it
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)

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


@dataclass(frozen=True)
class EmailCheck:
    """``cta`` holds the words that ask for something, as written."""

    word_count: int
    has_cta: bool
    cta: tuple[str, ...]
    question_count: int


def check_email(text: str) -> EmailCheck:
    """Count words and questions and find calls to action."""
    cta = tuple(ask.text for ask in find_asks(text))
    return EmailCheck(len(text.split()), bool(cta), cta, count_questions(text))


def count_questions(text: str) -> int:
    """Sentences that end in a question mark; ``??`` and ``?!`` count once, marks inside links not at all."""
    return len(re.findall(r"\?[?!]*", _URL.sub(" ", text[:MAX_CHARACTERS])))


def question_spans(text: str) -> list[Span]:
    """Where the sentences are that end in a question mark."""
    return [span for span, sentence in plain_sentences(text) if "?" in sentence]


def plain_sentences(text: str) -> list[tuple[Span, str]]:
    """Where each sentence is, and the sentence with its links as the word "link": marks inside links mean nothing."""
    text = _URL.sub(lambda match: "link".ljust(len(match.group())), text[:MAX_CHARACTERS])
    spans = [_trimmed(text, *match.span()) for match in _SENTENCE.finditer(text)]
    return [(span, text[slice(*span)]) for span in spans]


def highlights(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of what the checks look at, in the order of the text; parts may overlap."""
    found = [(ask.start, ask.end, ASK) for ask in find_asks(text)]
    found += [(*span, QUESTION) for span in question_spans(text)]
    found += [(*span, PLACEHOLDER) for span in _placeholder_spans(text[:MAX_CHARACTERS])]
    matches = re.finditer(PUSHY_WORDS, text[:MAX_CHARACTERS], re.I)
    found += [(*match.span(), PUSHY) for match in matches if not _MEANT_OTHERWISE.match(text, match.start())]
    return sorted(found)


def _placeholder_spans(text: str) -> list[Span]:
    """Where a person still has to fill something in; a merge field that every sending tool fills in is left out."""
    known = [(field.start, field.end) for field in fields_in(text) if is_known(field)]
    half = [match.span() for match in HALF_FIELD.finditer(text)]
    for start, end in known + half:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return half + [match.span() for match in re.finditer(PLACEHOLDERS, text, re.I)]


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space around it."""
    part = text[start:end]
    kept = part.lstrip()
    start = end - len(kept)
    return start, start + len(kept.rstrip())


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
