"""How many sentences of an email ask for something, as the linear members weigh it: a short list, in English alone.

It finds a third of what ``text/calls_to_action.py`` does. It stays as it is, for it is an input that saved reward
models have learned from.
"""

from __future__ import annotations

import re

from ..text.checks import plain_sentences

MAX_SENTENCE = 500
"""Longer sentences are looked at up to here: the patterns' time grows with the square of it."""

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


def count_asks(text: str) -> int:
    """Sentences with one of these asks."""
    return sum(bool(_ASK.search(_without_statements(sentence[:MAX_SENTENCE]))) for _, sentence in plain_sentences(text))


def _without_statements(sentence: str) -> str:
    return _STATEMENT.sub(lambda match: "_" * len(match.group()), sentence)
