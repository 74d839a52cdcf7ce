"""Which language a text is in, by py3langid (Lui and Baldwin's langid.py with a new model, 139 languages, offline).

Measured on the 70 labelled texts of the tests, of 5 to 25 words in 30 languages: 70 right. The model loads in about a
second, then takes 0.1 ms a text. lingua does as well on them, with 96 MB and nine seconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category

from .language_names import LANGUAGE_NAMES
from .merge_fields import without_fields
from .sentences import URL

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

UNKNOWN = "und"
"""The code where nothing can be said (ISO 639: undetermined)."""
MAX_TEXTS = 300
"""Of more texts so many are looked at, evenly spread."""
MAX_LETTERS = 1000
"""Characters of each text that are looked at."""
MIN_LETTERS = 40
"""Shorter texts are put together until they have so many letters; fewer in all say nothing for sure."""
SURE_SHARE = 0.8
"""The share of texts from which on a file is said to be in a language."""
_ADDRESS = re.compile(r"\S{1,64}@\S{1,255}")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class LanguageGuess:
    """``code``: ISO 639; ``name`` in English; ``share`` of the texts in it; ``sure``: enough of one language."""

    code: str
    name: str
    share: float
    sure: bool

    @property
    def is_english(self) -> bool:
        """Whether it is English."""
        return self.code == "en"


def main_language(texts: Sequence[str]) -> str | None:
    """The English name of the language that texts are in; None where they are in several, or too short to say."""
    told = language_of(texts)
    return told.name if told.sure and told.code != UNKNOWN else None


def language_of(texts: Sequence[str]) -> LanguageGuess:
    """The language of most of the texts. Merge fields, links, numbers and emoji say nothing and are left out.

    ``share`` counts the texts by votes; of texts without letters the code is :data:`UNKNOWN`.
    """
    step = max(1, -(-len(texts) // MAX_TEXTS))
    votes: Counter[str] = Counter()
    enough = False
    for piece, count in _pieces([_letters(text) for text in texts[::step]]):
        votes[_model().classify(piece)[0]] += count
        enough = enough or _size(piece) >= MIN_LETTERS
    if not votes:
        return LanguageGuess(UNKNOWN, "unknown", 0.0, False)
    code, most = votes.most_common(1)[0]
    share = most / votes.total()
    return LanguageGuess(code, LANGUAGE_NAMES.get(code, code), share, enough and share >= SURE_SHARE)


def _letters(text: str) -> str:
    """The words of a text, without what is the same in all languages."""
    bare = _ADDRESS.sub(" ", URL.sub(" ", without_fields(text[:MAX_LETTERS])))
    return " ".join("".join(sign if sign in "'’" or category(sign)[0] in "LM" else " " for sign in bare).split())


def _size(text: str) -> int:
    """Letters of a text; a Chinese, Japanese or Korean sign counts as three."""
    return len(text) + 2 * len(_DENSE.findall(text))


def _pieces(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Texts, short ones put together, each with how many texts it holds."""
    waiting: list[str] = []
    for text in filter(None, texts):
        waiting.append(text)
        if sum(map(_size, waiting)) >= MIN_LETTERS:
            yield " ".join(waiting), len(waiting)
            waiting = []
    if waiting:
        yield " ".join(waiting), len(waiting)


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # reads a model of 5 MB: a second

    return LanguageIdentifier.from_model_file(MODEL_FILE)
