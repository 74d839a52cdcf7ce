"""English, German or neither, by the commonest words: for checks that must not load a model."""

from __future__ import annotations

import re

MAX_CHARACTERS = 4000
"""So much of a text is looked at."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    """
    a and are at be by for from have i is it may of on or our that the this to we with you your
    """
)
_GERMAN = _words(
    """
    als auch auf aus bei damit darf das dem den der die ein eine einem einen einer es für guten haben hallo
    hat ich ihnen ihr ihre ihrem ihren ihrer im ist jede jedem jeder kann läuft mit nach nicht noch nur oder
    seit sich sie sind und uns unser unsere unserem unserer unseres vielen von wer werden wie wir wird zu
    """
)
_OTHER = _words(
    """
    att che des di een est ett het il jest las le les los nie och oraz para per por una une voor wij är
    """
)
"""Of French, Spanish, Portuguese, Italian, Dutch, Polish and Swedish."""


def is_common(word: str) -> bool:
    """Whether a word is one of the commonest of a language, which say nothing of what a text is about."""
    word = word.lower()
    return word in _ENGLISH or word in _GERMAN or word in _OTHER


def english_or_german(text: str) -> str:
    """``en``, ``de``, or empty for another language, by the commonest words."""
    text = text[:MAX_CHARACTERS].lower()
    words = re.findall(r"[^\W\d_]+", text)
    english, german, other = (sum(word in known for word in words) for known in (_ENGLISH, _GERMAN, _OTHER))
    if german > english and german >= other:
        return "de"
    if other > max(english, german):
        return ""
    if english or text.isascii():
        return "en"
    return "de" if set(text) & set("äöüß") else ""
