"""What is true of one email only: what its sender has seen or heard of the recipient, and what is attached to it.

Said to somebody else it is false, unless their context tells the same, or whoever sends it attaches something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .claim_phrases import IN_PERSON, PRESENCE
from .grounds import Ground, topics_of
from .names import name_words
from .sentences import Span, overlaps, sentences, without_links

TELLING_WORDS, TELLING_LETTERS = 2, 4
"""Words of so many letters that an observation has to share with a context which bears it out."""
_EVERYWHERE = frozenset(
    name_words("that this with your yours from have been they were when last ihre ihrer ihren habe dass sind eine auch")
)
_LATELY = (
    r"(?:yesterday|today|tonight|this\ (?:morning|afternoon|week)|(?:on|last|this)\ (?:\w+\ )?(?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day|last\ (?:\w+\ )?(?:week|weekend|month|night|spring|summer|autumn|winter)|the\ other\ day"
    r"|most\ (?:days|mornings)|every\ \w+day)"
)
_WE = r"\b(?:i|we)(?:['’]ve|\ have)?\ (?:just\ |recently\ |also\ |happened\ to\ )?"
_KIN = r"(?:aunt|uncle|mother|father|wife|husband|partner|sister|brother|son|daughter|friend|neighbou?r)"
_ENGLISH = rf"""
    {_WE}(?:walk(?:ed)?|dr[io]ve|c[ao]me|went|cycled?)\ (?:past|by)\b(?!\ the\ (?:problem|question))
  | {_WE}(?:was|sat|stood|ate|popped|stopped|dropped|called|rang|phoned)\b[^.?!]{{0,40}}\b{_LATELY}\b
  | \b{_LATELY},?\ i\ (?:was|sat|stood|ate|popped|stopped|dropped|called|rang|phoned|walked|drove|came)\b
  | {_WE}had\ (?:an?\ )?\w+\ at\ (?:yours|your\ \w+)\b
  | (?:{_WE}|^\W*)(?:saw|seen|noticed|spotted|looked\ at|came\ across|read|heard|tried|visited|called|rang|found
        |searched|passed)\b[^.?!]{{0,60}}\b(?:your|yours|you\ (?:are|were|have|had|do|did|don['’]t|open|opened|won))\b
  | \bi\ (?:ate|sat|stood|was|queued|waited)\ (?:at|in|outside|behind)\ your\b
  | \bcongrat(?:s|ulations)\b
  | \bwhen\ i\ (?:search|look|google)\w*\b[^.?!]{{0,80}}\byour?\b
  | \bmy\ {_KIN}\b[^.?!]{{0,40}}\b(?:you|yours?)\b
  | \byour\ (?:(?:team|about|careers?|jobs?|web|booking|contact)[ -]?)?(?:page|site|website|menu|window|post)
        \ (?:says|still|has|is|looks|shows|does|asks)\b
  | \byou\ were\ (?:featured|mentioned|named|listed|quoted|in)\b[^.?!]{{0,40}}\b(?:{_LATELY}|paper|news|press)\b
"""
_GERMAN = r"""
    \b(?:ich|wir)\b[^.?!]{0,50}\b(?:an|bei|in|auf|von)\ (?-i:Ihre[rmn]?)\b[^.?!]{0,50}
        \b(?:vorbei\w*|gesehen|gelesen|gehört|entdeckt|bemerkt|gefunden|gestanden|gegessen)\b
  | \b(?:bin|sind|kam|kamen|fuhr|ging)\b[^.?!]{0,20}\b(?:ich|wir)?\b[^.?!]{0,30}\ban\ (?-i:Ihre[rmn])\b
        [^.?!]{0,40}\bvorbei
  | \b(?:habe|haben|hatte)\b(?:\ (?:ich|wir))?[^.?!]{0,40}\b(?-i:bei\ Ihnen|Sie|von\ Ihnen|von\ Ihre[rm])\b[^.?!]{0,40}
        \b(?:angerufen|gesehen|gelesen|gehört|besucht|entdeckt|bestellt|gekauft|erreicht)\b
  | \b(?:habe|haben)\ (?:ich|wir)?\ ?(?:gesehen|gelesen|gehört|bemerkt),\ dass\ (?-i:Sie|Ihr\w*)\b
  | \bich\ war\b[^.?!]{0,40}\b(?-i:bei\ Ihnen)\b
  | \bbei\ (?:meinem|unserem)\ letzten\ Besuch\b
  | \bauf\ (?-i:Ihrer)\ (?:Web|Internet)?(?:site|seite)\b[^.?!]{0,60}\b(?:habe|steht|fehlt|fand|finde|sehe|sah)\b
  | \bGlückwunsch\b
  | \b(?:mir|uns)\ (?:ist|war|fiel)\b[^.?!]{0,20}\bauf(?:gefallen)?\b[^.?!]{0,10}\bdass\ (?-i:Ihr|Sie)
  | \bmeine?\ (?:Frau|Mann|Tochter|Sohn|Mutter|Vater|Schwester|Bruder|Nachbar\w*)\b
        [^.?!]{0,40}\b(?-i:Ihnen|Ihre[mnrs]?)\b
"""
_TELLS = re.compile(f"(?:{_ENGLISH})", re.I | re.X), re.compile(f"(?:{_GERMAN})", re.I | re.X)
_SUPPOSED = re.compile(r"^\W*(?:if|when\ you|whether|wenn|falls|ob|sobald)\b|\?\W*$", re.I | re.X)
"""Of a sentence that supposes, asks or offers instead of telling."""


_ATTACHED = re.compile(
    r"""\b(?:attached|enclosed)\ (?:is|are|you['’]ll|you\ will|please)\b
      | \b(?:is|are|please\ find)\ (?:attached|enclosed)\b(?!\ to\b)
      | \b(?:i|we)(?:['’]ve|\ have|['’]m|\ am)?\ (?:attach(?:ed|ing)?|enclos(?:e|ed|ing))\b
      | \b(?:see|in)\ the\ attach(?:ment|ed)\b
      | \b(?:im|siehe)\ Anhang\b | \banbei\b | \b(?:habe|ist|sind)\b[^.?!]{0,60}\b(?:angehängt|beigefügt)\b""",
    re.I | re.X,
)


def attachments(email: str) -> Iterator[Span]:
    """Where an email says that something is attached, which whoever sends it has to do."""
    for start, end in sentences(without_links(email)):
        if match := _ATTACHED.search(email, start, end):
            yield match.span()


def tells_of_recipient(sentence: str) -> bool:
    """Whether a sentence, in English or German, says what was seen or heard of its one reader."""
    sentence = sentence.strip()
    return not _SUPPOSED.search(sentence) and any(pattern.search(sentence) for pattern in _TELLS)


def observations(email: str, ground: Ground, taken: Sequence[Span]) -> Iterator[Span]:
    """The sentences of an email that tell something of its one recipient which the context does not, but those where
    ``taken`` has something already.
    """
    for start, end in sentences(without_links(email)):
        sentence = email[start:end]
        if tells_of_recipient(sentence) and not overlaps((start, end), taken) and not _borne_out(sentence, ground):
            yield start, end


def _borne_out(sentence: str, ground: Ground) -> bool:
    if ground.bears_out(PRESENCE, sentence, sentence) or ground.topics & topics_of(sentence) & IN_PERSON:
        return True
    telling = {word for word in name_words(sentence) if len(word) >= TELLING_LETTERS} - _EVERYWHERE
    return len(telling & ground.words) >= TELLING_WORDS
