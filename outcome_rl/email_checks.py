"""What can be seen in an email without a model: words, questions, a call to action."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*[.!?]*")  # a dot inside a word or number does not end it
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)

_MEET = (
    r"(?:call|chat|talk|demo|meeting|meet|conversation|walk-?through|tour|visit|trial|pilot|slot|time|minutes?|look"
    r"|quote|proposal|coffee|video|session|consultation|appointment|details|copy|example|sample|introduc\w+|connect"
    r"|discuss|schedule|hear|learn|see|try|explore|speak|share|send|show|book|reply|answer|worth|interested)"
)
_VERB = (
    r"(?:reply|respond|answer|book|schedule|reserve|pick|choose|select|call|ring|phone|text|email|e-mail|write|click|tap"
    r"|visit|register|sign up|sign in|join|download|try|start|send|tell|drop|give|let (?:me|us) know|get back|get in touch"
    r"|reach out|contact|find a time|grab|claim|confirm|forward|suggest|name|see|watch|ask|check out|say)"
)
_ASKS = [
    # would you be open to a call? could we talk on Tuesday? may I send you ...?
    rf"\b(?:would|could|can|may|might|shall|will|should|do|does|are|is)\s+(?:you|we|i|it|there|that|this|\w+day)\b[^.!?\n]*\b{_MEET}\b[^.!?\n]*\?",
    r"\b(?:are you|would you be|is anyone)\b[^.!?\n]*\b(?:free|open|available|around|up for|willing|keen|interested)\b[^.!?\n]*\?",
    rf"\b(?:how|what) about\b[^.!?\n]*\?|\b(?:shall|why don'?t) we\b[^.!?\n]*\?|\bworth (?:a|an|your|ten|fifteen|\d+)\b[^.!?\n]*\b{_MEET}\b",
    r"\b(?:when|which (?:day|time|slot)|what (?:day|time))\b[^.!?\n]*\b(?:suits?|works?|free|convenient|good|talk|come|call|meet)\b[^.!?\n]*\?",
    r"\binterested\s*\?|\bdo you have\b[^.!?\n]*\b(?:minutes?|time|slot|moment)\b[^.!?\n]*\?",
    # reply with yes. please book a slot. if you like, send me ... / just let me know
    rf"(?:^|[,;:\-]\s|\b(?:please|just|simply|kindly|then|and|so|or)\s+)(?:please\s+|just\s+|simply\s+|kindly\s+)*{_VERB}\b",
    # I would be happy to show you; we can set up; I'd love to discuss
    r"\b(?:i|we)(?:'d|'ll| would| could| can| will| am| are)?\s+(?:also |gladly |be )?(?:(?:happy|glad|love|like|pleased|delighted|keen|eager|want)\s+to\s+)"
    r"(?:show|walk|send|call|demo\w*|set|share|arrange|visit|meet|discuss|connect|schedule|talk|chat|speak|run|offer|give|book|learn|hear|explore|invite|bring|help you)",
    r"\b(?:i|we)(?:'ll| can| could| will)\s+(?:gladly |also |then )?(?:show|walk|send|call|demo|set up|arrange|visit|bring|run|book)\b[^.!?\n]*\byou",
    r"\b(?:let'?s|let us)\s+(?:talk|chat|meet|connect|schedule|discuss|set up|find|book|speak|catch up|hop|jump|get)\b",
    r"\blet (?:me|us) know\b|\bget back to (?:me|us)\b|\bgive (?:me|us) a (?:call|ring|shout)\b|\bgrant us\b",
    r"\blooking forward to (?:your (?:reply|response|answer)|hearing from|speaking|talking|meeting)\b",
]
_ASK = re.compile("|".join(f"(?:{ask})" for ask in _ASKS), re.I)
_STATEMENT = re.compile(  # words of the list above that ask for nothing: a call center, we discussed, as we see
    r"\b(?:call cent\w+|contact (?:cent\w+|form|details|list)|email (?:marketing|campaign|address|list)|demo (?:account|data)"
    r"|text message\w*|book(?:ing|ed|s)\b|reply rate\w*|start-?ups?\b|check-?outs?\b)",
    re.I,
)
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
    cta = calls_to_action(text)
    return EmailCheck(len(text.split()), bool(cta), cta, count_questions(text))


def count_questions(text: str) -> int:
    """Sentences that end in a question mark; ``??`` and ``?!`` count once, marks inside links not at all."""
    return len(re.findall(r"\?[?!]*", _URL.sub(" ", text[:MAX_CHARACTERS])))


def calls_to_action(text: str) -> tuple[str, ...]:
    """The sentences' parts that ask the reader to do something, in the order of the text."""
    found = []
    for sentence in _SENTENCE.findall(_URL.sub(" link ", text[:MAX_CHARACTERS])):
        match = _ASK.search(_STATEMENT.sub(lambda m: "_" * len(m.group()), sentence.strip()))
        if match:
            found.append(sentence.strip()[match.start() : match.end()].strip(" ,;:-"))
    return tuple(found)
