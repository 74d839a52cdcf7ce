"""Which of several emails to one recipient an email is: what its context says, and whether it speaks of another."""

from __future__ import annotations

import re

_EMAIL = r"(?:e-?mail|mail|step|touch|message|follow[- ]?up|schritt|nachricht)"
_TURN = r"(?:go|try|attempt|chance|one|versuch)"
_START = r"(?:^|[,;:/|.(+-]\ *)"
_ALONE = _START + r"(?:{})(?=\ *(?:[,;/|.)+]|$|and\ last\b))"
"""Of a number that stands by itself in a note: "walked past, 2nd, Oct"."""


def _told(ordinals: str, numbers: str, words: str) -> str:
    return rf"""\b{_EMAIL}\ ?[:#]?\ ?(?:{numbers})\b | {_START}(?:{numbers})\.\ {_EMAIL}\b
        | \b{_EMAIL}\ (?:{words})(?=\ *(?:[,;/|.)+]|$|of\ (?:two|three|four|five)))
        | \b(?:{ordinals})[rsn]?\ (?:{_EMAIL}|{_TURN})\b
        | {_ALONE.format(ordinals)}"""


_FIRST = re.compile(
    rf"""{_told("first|1st|erste", "1", "one")} | \b(?:first|1st)\ contact\b | \berstanschreiben\b
      | \b(?:never|not)\ (?:been\ )?(?:written|e-?mailed|contacted)\b(?:\ to)? | \bnothing\ (?:sent|before\ it)\b""",
    re.I | re.X,
)
_LATER_ORDINALS = "second|2nd|third|fourth|fifth|3rd|4th|5th|last|final|zweite|dritte|vierte|letzte"
_LATER = re.compile(
    rf"""{_told(_LATER_ORDINALS, "[2-9]|1[0-9]", "two|three|four|five")}
      | \b(?:second|2nd|third|fourth|3rd|4th)\ time\b | \bfollow-?up\b | (?<!to\ )\bfollow\ up\b
      | (?:\b(?:and|und)|[+&])\ (?:last|final|letzte)\b
      | \blast\ of\ (?:two|three|four|five|[2-9])\b
      | \b(?:two|three|zwei|drei|[2-9])\ (?:e-?mails?|mails|messages|notes|letters|nachrichten)\b
      | \b(?:chas(?:er|ed)|nudged|bumped|reminder)\b
      | \b(?:one|an?)\ (?:e-?mail|mail|message|note|letter)\ [^.;]{{0,30}}
        \b(?:gone|sent|no\ (?:answer|reply)|unanswered)\b
      | (?<!not\ )(?<!never\ )(?<!not\ been\ )(?<!never\ been\ )\b(?:wrote|written|e-?mailed)\b
        (?!\ (?:to\ )?(?:us|me)\b)
      | \b(?:no|any)\ (?:answer|reply)\ (?:yet\ )?to\b
      | \bheard\ nothing\b | \bnothing\ (?:back|since)\b | \bgone\ quiet\b""",
    re.I | re.X,
)
_UNANSWERED = re.compile(
    r"\b(?:no|any) (?:answer|reply)\b|\bunanswered\b|\bgot no\b|\bnothing (?:back|since|from)\b|\bheard\b"
    r"|\bkeine antwort\b",
    re.I,
)
"""Of a context that tells of the first one because there are more."""
_EARLIER_EMAIL = re.compile(
    r"""\b(?:my|our)\ (?:last|earlier|previous|first|other)\ (?:e-?mails?|notes?|messages?|letters?)\b
      | \bI\ (?:wrote|e-?mailed|sent\ you)\b | \bfollowing\ up\b
      | \bI(?:['’]ve|\ have)\ (?:written|e-?mailed|sent\ you)\b | \b(?:follow-?up|bumping|nudging)\b
      | \b(?:quick|short|brief|wanted\ to|writing\ to)\ follow\ up\b
      | \b(?:one|my|the|a)\ (?:more|last|final)\ (?:try|attempt|nudge|note|go|one|word)\b
      | \b(?:shorter|briefer|quicker)\ this\ time\b | \blast\ (?:one|note|try|e-?mail)\ from\ me\b
      | \btrying\ (?:you\ )?(?:again|once\ more)\b | \b(?:me|back)\ again\b
      | \bwhat\ I\ (?:sent|wrote)\b | \bI(?:['’]ll|\ will)\ (?:stop|not\ write)\b
      | \b(?:second|third|last|final)\ (?:try|time\ I(?:['’]m|\ am)\ (?:writing|asking))\b
      | \bno\ (?:answer|reply)\ (?:so\ far|to\ my)\b | \bmy\ (?:two|three)\ (?:e-?mails?|mails?|notes?)\b
      | \bwritten\ (?:twice|before|already)\b | \bhere\ it\ is\ again\b | \btry\ once\ more\b
      | \b(?:have\ not|haven['’]t)\ heard\ (?:back|from\ you)\b | \bdid\ you\ (?:get|see)\ (?:this|my)\b
      | \bback\ (?:up|to\ the\ top\ of)\ your\b | \blast\ e-?mail\ (?:on|about)\ this\b
      | \b(?:silence|no\ answer)\ as\ a\ no\b | \bhear\ from\ me\ (?:on|about)\ this\ again\b""",
    re.I | re.X,
)
"""Of an email that the sender has written before."""


def is_first(context: str) -> bool:
    """Whether a context says that it is of the first email to the recipient."""
    return bool(_FIRST.search(context)) and not is_later(context) and not _UNANSWERED.search(context)


def is_later(context: str) -> bool:
    """Whether a context says that there was an email before it."""
    return bool(_LATER.search(context))


def recalls_email(text: str) -> bool:
    """Whether a text speaks of an email that the sender has written before."""
    return bool(_EARLIER_EMAIL.search(text))


def recalls_email_in_vain(text: str, context: str) -> bool:
    """Whether a text speaks of an email before it where the context says that there was none."""
    return is_first(context) and recalls_email(text)
