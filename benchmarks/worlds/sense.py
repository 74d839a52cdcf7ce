"""Does a text read like language at all? From 0 (debris) to 1, by rule and without a model.

Closed-class words stand in few orders: an article is never followed by a verb or a full stop, "of" never by "would".
Shuffled words, word salad and keyword lists break these rules several times in every sentence, people and language
models hardly ever. Repetition, sentences without small words, letters that make no word and text cut off are counted
beside it. No file of emails is learned from, so what is unlike a file is not thereby debris.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .reading import Reading, read_email, split_sentences, words_of

FREE, FULL = 0.01, 0.065
"""Broken rules a word, beyond the first, that pass as slips, and those from which a text counts as debris."""
SMALL_START = 0.7
"""What a sentence that begins with a small letter counts."""


@dataclass(frozen=True)
class Grammar:
    """Closed-class words of a language. ``never``: pairs of word sets, the second never directly after the first.

    ``not_last``: words that end no sentence. ``small``: words of which every real sentence has some.
    ``lower``: words written with a small letter inside a sentence. ``longest_run``: words between two small ones.
    """

    never: tuple[tuple[frozenset[str], frozenset[str]], ...]
    not_last: frozenset[str]
    small: frozenset[str]
    lower: frozenset[str]
    longest_run: int = 5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _english() -> Grammar:
    articles = _set("a an the my our your their its every")
    be = _set("is are was were am")
    modal = _set("would could should will can might must may shall cannot can't won't")
    subject = _set("i we they he she")
    joint = _set("and or but because if than")
    prepositions = _set("of in on at for from with by to into about")
    never = (
        (articles, articles | be | modal | subject | joint | prepositions | _set("you it us me has had do does did")),
        (_set("of"), be | modal | subject | joint | _set("to of has had")),
        (_set("to"), be | modal | subject | joint | _set("to of with for than")),
        (_set("at from with for in by into"), be | modal | subject | _set("of has had but")),
        (modal, be | modal | joint | prepositions | _set("has had")),
        (subject, articles | be & _set("is") | subject | _set("of to from with")),
        (_set("i"), _set("is are were has you us in at on")),
        (_set("you"), _set("was am has i of")),
        (be, modal | be | _set("has had do does did")),
        (_set("has had have do does did"), modal | be | _set("of")),
        (joint, joint - _set("if") | _set("of")),
        (_set("me us them him"), subject | _set("you me us them is are of")),
        (_set("not very too so"), _set("of and or but")),
    )
    small = articles | be | modal | subject | joint | prepositions
    small |= _set(
        "you it us me them him her his this that these those there here what who which how when where why not no so as"
        " has have had do does did be been being one two three more most much many any some all each if then than just"
        " only also very too up out over under after before until while since without yes let i'm i'd i'll i've we're"
        " we'd we'll we've you're you'd you'll you've it's that's there's don't doesn't didn't isn't aren't can't won't"
    )
    lower = small - _set("i i'm i'd i'll i've may")
    return Grammar(never, articles | _set("of and or but because if than i we"), frozenset(small), frozenset(lower))


def _german() -> Grammar:
    articles = _set("eine einen einem eines unsere unseren unserem unserer im am zum zur vom beim")
    ends_open = articles | _set("und oder aber weil wenn dass als für von gegen ohne der die")
    be = _set("ist sind war waren hat haben wird werden kann können würde würden könnte könnten")
    subject = _set("ich wir")
    joint = _set("und oder aber weil wenn dass ob")
    prepositions = _set("in von mit für bei aus durch gegen ohne nach seit")
    never = (
        (
            articles,
            articles | be | subject | joint | prepositions | _set("der die das den dem des es er sich nicht auch"),
        ),
        (_set("ein"), articles | subject | _set("der die das den ein ist sind hat haben")),
        (
            prepositions,
            be | subject | joint | _set("er ist nicht auch sich") | _set("in von mit bei aus") - _set("von"),
        ),
        (subject, subject | _set("ist hat wird kann der und oder ein")),
        (joint, _set("und oder aber")),
        (be, be & _set("ist sind war hat kann")),
        (_set("der die das den dem des"), articles | joint | _set("der die das des ist hat wird kann würde")),
        (_set("sehr zu"), _set("und oder aber der das ist sind wir ich")),
    )
    small = articles | be | subject | joint | prepositions
    small |= _set(
        "der die das den dem des ein einer es er sie sich nicht auch zu an auf um so wie was wer als bis vor über unter"
        " zwischen nur noch schon mehr sehr ihr ihre ihren ihrem ihrer ihnen uns unser mein meine mich mir dies"
        " diese viele vielen"
        " diesen dieser dieses hier da dann damit dafür daran darüber man kein keine keinen alle beim ins dabei"
    )
    lower = small - _set("sie ihr ihre ihren ihrem ihrer ihnen")
    return Grammar(never, ends_open, frozenset(small), frozenset(lower), longest_run=8)


GRAMMARS = {"en": _english(), "de": _german()}

_TOKEN = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*|[,;:()\"“”–—/|·]")
_PLACEHOLDER = re.compile(
    r"\[[^\]\n]{2,40}\]|<[A-Za-z_ ]{3,30}>|\b(?:insert|your) (?:name|company) here\b|\bX{3,}\b|lorem ipsum", re.I
)
_ARTEFACT = re.compile(
    r"here(?: i|')s (?:an?|the|your) (?:draft|email|e-mail|professional|sales)|^\s*(?:sure|certainly|of course)[!,]"
    r"|^\s*(?:email|context|customer|response|answer)\s*:|as an ai\b|<\|im_|\bsales email for\b"
    r"|hier ist (?:ein|eine|der|die) (?:entwurf|e-?mail)",
    re.I | re.M,
)


def broken_rules(text: str, language: str = "en") -> float:
    """How often a text breaks the rules of its language; a case is worth 1, a doubtful one less."""
    return sum(_of_sentence(sentence, language) for sentence in split_sentences(text))


@lru_cache(maxsize=100_000)
def _of_sentence(sentence: str, language: str) -> float:
    grammar = GRAMMARS[language]
    tokens = _TOKEN.findall(sentence)
    low = [token.lower() for token in tokens]
    words = [token for token in low if token[0].isalnum()]
    if not words:
        return 0.0
    broken = 0.0
    for first, second in pairwise(tokens):
        a, b = first.lower(), second.lower()
        month = second in ("May", "Will")
        broken += not month and any(a in before and b in after for before, after in grammar.never)
        broken += a == b and a.isalpha() and a not in ("that", "had", "very", "die", "der", "das", "sie")
    broken += words[-1] in grammar.not_last and sentence.rstrip()[-1:] in ".!?,;:"
    inside = [token for token in _inside(tokens) if not token.isupper()]
    broken += sum(token[0].isupper() and token.lower() in grammar.lower for token in inside)
    broken += SMALL_START * (tokens[0][0].islower() and len(words) > 2)
    broken += _content_runs(low, grammar) + sum(_is_no_word(token) for token in tokens)
    if len(words) >= 7 and sum(word in grammar.small for word in words) < 0.15 * len(words):
        broken += len(words) / 6
    return broken + max(0, len(words) - 45) / 12


def _inside(tokens: list[str]) -> list[str]:
    """Words that neither begin the sentence nor follow a colon, quotation mark or bracket."""
    return [b for a, b in pairwise(tokens) if a[0].isalnum() or a in (",", ";")]


def _content_runs(low: list[str], grammar: Grammar) -> float:
    """Words beyond the longest run without any small word or mark in it: people write four, seldom five."""
    broken, run = 0, 0
    for token in low:
        run = 0 if token in grammar.small or not token[0].isalnum() else run + 1
        broken += run > grammar.longest_run
    return float(broken)


def _is_no_word(token: str) -> bool:
    if not token.isalpha() or token.isupper() or len(token) < 4:
        return False
    return not re.search(r"[aeiouyäöü]", token, re.I) or bool(re.search(r"[bcdfghjklmnpqrstvwxz]{7}", token, re.I))


def repetition(text: str) -> float:
    """Share of a text's runs of four words that stood in it before, or of its sentences if that is more."""
    words = [word.lower() for word in words_of(text)]
    runs = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    sentences = [s.lower() for s in split_sentences(text) if len(words_of(s)) > 2]
    return max(_share_repeated(runs), _share_repeated(sentences) if len(sentences) > 2 else 0.0)


def _share_repeated(items: list[tuple[str, ...]] | list[str]) -> float:
    return 1 - len(Counter(items)) / len(items) if items else 0.0


@lru_cache(maxsize=50_000)
def sense(text: str, language: str = "en", shortest: int = 6) -> float:
    """How much sense a text makes as language, 0 to 1; below ``shortest`` words it makes none."""
    read = read_email(text)
    prose = " ".join((read.subject + ".", read.body)) if read.subject else read.body
    words = words_of(prose)
    if len(words) < shortest:
        return 0.0
    small = sum(word.lower() in GRAMMARS[language].small for word in words) / len(words)
    native = _between(small, 0.08, 0.2)
    order = 1 - _between((_broken_in(read, language) - 1) / max(12, len(words)), FREE, FULL)
    return min(native, order, 1 - _between(repetition(read.text), 0.06, 0.35))


def _broken_in(read: Reading, language: str) -> float:
    """Broken rules of subject and body; after "Dear Ms Lee," a small letter is no mistake."""
    sentences = (read.subject, *read.sentences) if read.subject else read.sentences
    goes_on = bool(read.greeting.endswith(",") and read.sentences and read.sentences[0][0].islower())
    return sum(_of_sentence(sentence, language) for sentence in sentences if sentence) - SMALL_START * goes_on


def _between(value: float, low: float, high: float) -> float:
    return max(0.0, min(1.0, (value - low) / (high - low)))


def slips(read: Reading) -> float:
    """What spoils an otherwise sensible email, from 0 to 2: placeholders, a model's preamble, a text cut off."""
    cut = bool(read.sentences) and not read.sentences[-1].rstrip("\"'”)").endswith((".", "!", "?", ":", "…"))
    cut = cut and not read.signature and len(words_of(read.sentences[-1])) > 4
    return min(2.0, bool(_PLACEHOLDER.search(read.text)) + bool(_ARTEFACT.search(read.text)) + 0.6 * cut)
