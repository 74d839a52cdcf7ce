"""What published figures advise about an email, each with its source: hints, for the sources contradict each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .calls_to_action import find_asks
from .checks import MAX_CHARACTERS, ME_AND_US, PLACEHOLDER, PUSHY, YOU, check_email, highlights
from .subject_line import split_subject, subject_line

BOOMERANG = "Boomerang, 40 million emails"
LAVENDER = "Lavender, cold emails"
OWN = "this program's own list"

_LETTER = re.compile(r"[a-z]", re.I)
_COLD = re.compile(r"\bcold\b|\bno (?:earlier |previous )?contact\b|\bkalt\w*\b|\bkein kontakt\b", re.I)
SHOWN = 5
"""Of the words found this many are named."""


@dataclass(frozen=True)
class Hint:
    """``value`` is what was found; ``fine`` whether it is as advised, None where nobody says."""

    name: str
    value: str
    fine: bool | None
    advice: str
    source: str


def is_cold(context: str) -> bool:
    """Whether a context says that sender and recipient have had nothing to do with each other."""
    return bool(_COLD.search(context[:MAX_CHARACTERS]))


def hints(email: str, context: str = "") -> list[Hint]:
    """All hints, in an order that people read well. Where the ``context`` says that the email is a cold one, the
    figures for cold emails are the rule.
    """
    cold = is_cold(context)
    email = email[:MAX_CHARACTERS]
    check, found = check_email(email), highlights(email)
    named = {
        kind: list(dict.fromkeys(email[start:end] for start, end, each in found if each == kind))
        for kind in (PLACEHOLDER, PUSHY)
    }
    return [
        _words(check.word_count, cold),
        Hint(
            "Questions", str(check.question_count), 1 <= check.question_count <= 3,
            "one to three questions: half as many replies again as with none", BOOMERANG,
        ),
        _ask(email, cold),
        _grade(email),
        _subject(email),
        Hint("Placeholders left", _named(named[PLACEHOLDER]), not named[PLACEHOLDER], "fill them in", OWN),
        Hint(
            "Pushy words", _named(named[PUSHY]), not named[PUSHY],
            "they read like advertising; the predictor counts them too", OWN,
        ),
        _balance(email),
        _punctuation(email),
    ]  # fmt: skip


def _words(count: int, cold: bool) -> Hint:
    if cold:
        return Hint("Words", str(count), 25 <= count <= 50, "cold emails do best with 25 to 50 words", LAVENDER)
    advice = "75 to 100 words are answered most, 25 or 125 nearly as often"
    return Hint("Words", str(count), 25 <= count <= 125, advice, BOOMERANG)


def _ask(email: str, cold: bool) -> Hint:
    kinds = {ask.kind for ask in find_asks(email)}
    if not cold:
        found = "yes" if kinds else "none found"
        return Hint("Call to action", found, bool(kinds), "ask for one thing that is easy to say yes to", OWN)
    value = "none found" if not kinds else "a meeting or a call" if "meeting" in kinds else "yes"
    advice = "in a cold email ask whether there is interest (12 % say yes) rather than for a meeting (7 %)"
    return Hint("Call to action", value, bool(kinds) and "meeting" not in kinds, advice, "Gong, 304,000 cold emails")


def reading_grade(text: str) -> float | None:
    """The US school year that reads it with ease (Flesch-Kincaid, by textstat); None where there is no English word."""
    import textstat  # its pronouncing dictionary takes half a second to read

    return textstat.flesch_kincaid_grade(text) if _LETTER.search(text) else None


def _subject(email: str) -> Hint:
    advice = "3 to 4 words are answered most, emails without a subject rarely (14 %); at most 50 characters and 8 words"
    source, subject = "Boomerang; Mailchimp", subject_line(email)
    if subject is None:
        return Hint("Subject line", "none in the text", None, advice, source)
    words = len(subject.split())
    fine = 1 <= words <= 8 and len(subject) <= 50
    return Hint("Subject line", f"{words} words, {len(subject)} characters", fine, advice, source)


def _grade(email: str) -> Hint:
    grade = reading_grade(split_subject(email)[1])
    advice = "the third to fifth school year: short words, short sentences"
    source = f"{BOOMERANG}; {LAVENDER} (Flesch-Kincaid grade)"
    if grade is None:
        return Hint("Reading grade", "no English words", None, advice, source)
    return Hint("Reading grade", f"{max(0.0, grade):.0f}", grade < 6, advice, source)


def _balance(email: str) -> Hint:
    you, we = (len(re.findall(pattern, email, re.I)) for pattern in (YOU, ME_AND_US))
    advice = "speak of the reader as often as of yourself"
    fine = None if you + we == 0 else you >= we
    return Hint("You : I and we", f"{you} : {we}", fine, advice, "a rule of thumb, without a published figure")


def _punctuation(email: str) -> Hint:
    marks, letters = email.count("!"), [letter for letter in email if letter.isalpha()]
    capitals = sum(map(str.isupper, letters)) / max(1, len(letters))
    value = f"{marks} exclamation mark{'' if marks == 1 else 's'}, {capitals:.0%} capitals"
    return Hint(
        "Punctuation", value, marks <= 4 and capitals < 0.5, "at most 4 marks, less than half capitals", "Kajabi"
    )


def _named(words: list[str]) -> str:
    more = len(words) - SHOWN
    return (", ".join(words[:SHOWN]) + (f" and {more} more" if more > 0 else "")) or "none"
