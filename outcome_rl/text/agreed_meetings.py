"""Answers that agree to meet in so many words: "Thursday 3pm works", "I sent you an invite". English and German.

Wary: a sentence that asks, denies, doubts or makes a condition agrees to nothing, and one such sentence is enough for
the whole answer where it takes something back.
"""

from __future__ import annotations

import re

LONGEST = 80
"""Words of an answer that is looked at; a longer one is a talk."""
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri)day|tomorrow|today|(?:next|this) (?:mon|tues|wednes|thurs|fri)day"
    r"|(?:mon|diens|donners|frei)tag|mittwoch|morgen|heute)"
)
_HOUR = r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)|\d{1,2}[:.]\d\d|(?:at|um) \d{1,2}(?:[:.]\d\d)?(?: uhr)?|at noon|noon)"
_WHEN = rf"(?:{_DAY},? (?:at |um )?{_HOUR}|{_HOUR} on {_DAY})"
_POLITELY = r"(?:would (?:work|suit|be (?:fine|good|great|perfect))|würde (?:passen|gehen))"
_SUITS = (
    r"(?:works?|suits?|is (?:fine|perfect|good|great|confirmed)|passt|ist (?:perfekt|gut|prima|bestätigt)|klappt"
    rf"|{_POLITELY})"
)
_AGREED = re.compile(
    rf"\b{_WHEN},? {_SUITS}\b(?! better)"
    rf"|^(?:ok(?:ay)?|yes|sure|fine|great|perfect|deal|agreed|gerne?|einverstanden)\b[^.!?,\n]{{0,20}}"
    rf",? {_WHEN}(?: then)?[.!]?$"
    rf"|\b(?:let['’]s (?:do|say|go with|take|make it)|confirmed(?: for)?|see you(?: on)?|dann|nehmen wir"
    rf"|sagen wir|termin bestätigt,?) {_WHEN}"
    r"|\bi(?:['’]ve| have)?(?: just)? (?:sent|accepted) (?:you |over )?(?:a|an|the|your) (?:calendar )?"
    r"(?:invite|invitation)\b"
    r"|^(?:just )?(?:calendar )?invite (?:sent|is out)\b|\beinladung ist (?:raus|verschickt)\b"
    r"|\b(?:i(?:['’]ve| have)?(?: just)?|just) booked a (?:slot|time|call|meeting|demo)\b"
    r"|\bhabe (?:ihnen |dir )?(?:eine|die) einladung\b[^.!?\n]{0,30}\b(?:geschickt|gesendet|verschickt)\b"
    r"|\bhabe (?:mir )?(?:einen|den) (?:termin|slot)\b[^.!?\n]{0,30}\bgebucht\b",
    re.I | re.M,
)
_OPEN = re.compile(
    r"\?|\b(?:not|no need|if|whether|maybe|perhaps|might|unless|would|could)\b|n['’]t\b"
    r"|\b(?:nicht|kein\w*|falls|wenn|ob|vielleicht|eventuell|sofern|könnte|würde)\b",
    re.I,
)
"""What leaves a sentence open, or denies it."""
_SUITS_POLITELY = re.compile(rf"{_WHEN},? {_POLITELY}\b", re.I)
_TAKEN_BACK = re.compile(
    r"\b(?:cancel\w*|declin\w*|can['’]?t make it|cannot make it|postpone\w*|absagen|abgesagt|abgelehnt|verschieben)\b",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[!?;\n])|(?<=\.)(?=\s)")


def agrees_to_meet(text: str) -> bool:
    """Whether an answer, without what it quotes, says that a meeting is agreed; to ask for one is not enough."""
    text = text.strip()
    if not text or len(text.split()) > LONGEST or _TAKEN_BACK.search(text):
        return False
    return any(
        _AGREED.search(each.strip()) and not _OPEN.search(_SUITS_POLITELY.sub(" ", each))
        for each in _SENTENCE.split(text)
    )
