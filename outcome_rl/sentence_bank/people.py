"""Whom a greeting names: a first name, or a title and a last name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from ..text.email_parts import EmailParts
from ..text.titles import FORMS_OF_ADDRESS, is_title
from .bank import FIRST_NAME, LAST_NAME
from .slots import Values

_ENGLISH = ("hi", "hiya", "hello", "hey", "dear", "good", "morning", "afternoon", "evening", "day", "greetings")
_GERMAN = (
    "hallo",
    "moin",
    "liebe",
    "lieber",
    "guten",
    "tag",
    "morgen",
    "abend",
    "sehr",
    "geehrte",
    "geehrter",
    "servus",
)
_NOBODY = ("sir", "sirs", "madam", "ma'am", "sir/madam", "ladies", "gentlemen", "or", "and", "/")
_WHOM = ["to", "whom"]
SALUTATIONS = frozenset((*_ENGLISH, *_GERMAN, "damen", "und", "herren", "bonjour", "hola", *_NOBODY))
"""Words that greet and name nobody."""
_BEHIND = ",!:–- "
_FIRST = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?:[-'’][^\W\d_]+)*")
GREETED = 0.6
"""Share of the greetings by name that must have the name of a field for it to be the recipient's."""
BY_NAME = 0.05
"""Share of the emails that must greet by it for a field to be the recipient's name."""


@dataclass(frozen=True)
class Name:
    """What is known of somebody's name; empty what is not. ``title``: in small letters, without a full stop."""

    title: str = ""
    first: str = ""
    last: str = ""

    @staticmethod
    def of(value: str) -> Name:
        """A context's "Frau Dr. Nora Lang", "Nora Lang", "Mr Lang" or "Nora"."""
        words = value.split()
        titles = [word for word in words if is_title(word)]
        names = [word for word in words if not is_title(word)]
        title = _title(titles[0]) if titles else ""
        first = names[0] if names and (len(names) > 1 or not title) else ""
        return Name(title, first, names[-1] if len(names) > 1 or (names and title) else "")

    def fill(self, text: str) -> str:
        """A sentence with what is known of the name in place of the merge fields."""
        return text.replace(FIRST_NAME, self.first or FIRST_NAME).replace(LAST_NAME, self.last or LAST_NAME)

    def may_be_called(self, greeting: str) -> bool:
        """Whether a greeting with merge fields fits: one by title and last name only who has both, and that title."""
        called = [_title(word) for word in greeting.split() if is_title(word)]
        return LAST_NAME not in greeting or (bool(self.last) and called[:1] == [self.title])


def _title(word: str) -> str:
    title = word.rstrip(".,").lower()
    return "herr" if title == "herrn" else title


def with_fields(greeting: str) -> str:
    """A greeting with merge fields in place of the name: "Hi {{first_name}},", "Dear Mr {{last_name}},"."""
    words = greeting.rstrip(_BEHIND).split()
    greets = list(takewhile(lambda word: word.lower() in SALUTATIONS, words))
    titles = [word for word in words if is_title(word)]
    if not _named(words):
        return f"{' '.join(words)},"
    people = len({_title(word) for word in titles} & FORMS_OF_ADDRESS)
    by_title = titles and people < 2  # two people are nobody's name
    return f"{' '.join([*greets, titles[0], LAST_NAME] if by_title else [*greets, FIRST_NAME])},"


def names_somebody(greeting: str) -> bool:
    """Whether a greeting holds a name, or a merge field for one."""
    return bool(_named(greeting.rstrip(_BEHIND).split()))


def first_name(greeting: str) -> str:
    """The first name that is greeted; empty where there is none, or more than one word of it."""
    words = greeting.rstrip(_BEHIND).split()
    named = list(dropwhile(lambda word: word.lower() in SALUTATIONS, words))
    if any(map(is_title, words)):
        return ""
    return named[0] if len(named) == 1 and _FIRST.fullmatch(named[0]) else ""


def _named(words: Sequence[str]) -> list[str]:
    """The words of a greeting that are a name, or stand for one: behind those that greet."""
    if [word.lower() for word in words[:2]] == _WHOM:
        return []
    rest = dropwhile(lambda word: word.lower() in SALUTATIONS, words)
    return [word for word in rest if not is_title(word) and (word[:1].isupper() or word[:1] in "{[")]


def name_fields_of(parts: Sequence[EmailParts], values: Sequence[Values]) -> tuple[int, ...]:
    """The fields with the first or last name by which most emails greet that greet by name at all, the surest first:
    where "Anita Varley" stands behind "Grange & Sons", what is greeted elsewhere is the firm here.
    """
    greeted: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for email, own in zip(parts, values, strict=True):
        if not names_somebody(email.greeting):
            continue
        words = {word.strip(",!:–-") for word in email.greeting.split()}
        for number, value in own:
            name = Name.of(value)
            known[number] += 1
            greeted[number] += bool(words & {name.first, name.last} - {""})
    fewest = BY_NAME * len(parts)
    found = sorted(n for n in known if greeted[n] >= max(fewest, GREETED * known[n]))
    return tuple(sorted(found, key=lambda number: -greeted[number] / known[number]))
