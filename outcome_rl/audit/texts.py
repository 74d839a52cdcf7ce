"""What can be seen in a single text: personal data, markup, other languages, traces of what came after.

Every pattern runs in time linear in the text: repetitions are bounded, or stand where nothing can match twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from ..data.dataset import EmailData
from ..text.checks import EXAMINED
from ..text.merge_fields import merge_fields_in
from ..text.pii import MASKS, has_personal
from ..text.subject_line import LABEL
from ..text.template_tags import tags_in
from ..utils.formatting import count_of
from .findings import Finding

SHORT_WORDS, LONG_WORDS = 5, 500
CERTAIN_SHARE = 0.4
"""Of what seems not to be English, the share that has to be in one language: made-up words seem to be in many."""
MIN_WORDS = 5
"""Different words that a text has to have before its language is told by them."""
ENGLISH_SHARE = 0.12
"""Texts of which so many words are common English ones are not asked for their language."""
_BLANK = "na n/a nan none null nil empty blank tbd todo test text xxx undefined missing unknown #n/a"
PLACEHOLDERS = frozenset(_BLANK.split())
_TAG = re.compile(
    r"</?(?:a|b|body|br|center|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|script|span|strong|style|table"
    r"|tbody|td|th|tr|u|ul)(?:\s[^<>]{0,1000})?/?>|<!doctype|&(?:nbsp|amp|lt|gt|quot|#\d{1,6});",
    re.I,
)
_COMMON_ENGLISH = """the and you your to of for is are was it that this with we our on at by be as have has not but
 if can from would will about or an i my me do"""
_COMMON_ELSEWHERE = """und der die das ist nicht ich sie wir mit für auf ein eine den von zu im sich auch
 le la les des est et vous nous pour dans une que qui sur avec votre pas au du
 el los las por para con una usted su es y lo como más del
 il di che per non sono della gli grazie è
 o os um uma não você seu com em ao
 de het een van en voor dat niet met zijn ik je u"""
"""German, French, Spanish, Italian, Portuguese, Dutch."""
_ENGLISH, _OTHER = frozenset(_COMMON_ENGLISH.split()), frozenset(_COMMON_ELSEWHERE.split())
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")

_THANKS = r"\b(?:thanks?(?: you)?|thank you)(?: (?:so|very) much)? for "
_TRACE_PATTERNS = {
    "quoting an answer": (
        ("wrote:", "schrieb", "original message", "\n>"),
        r"^[> \t]{0,9}on [^\n]{5,200} wrote:|^ ?am [^\n]{5,200} schrieb[^\n]{0,80}:|-{2,9} ?original message ?-{2,9}"
        r"|^>[^\n]*\n>",
    ),
    "speaking of the deal as done": (
        ("signing", "signed", "aboard", "on board", "as a customer", "becoming", "choosing us", "thank"),
        _THANKS + r"(?:signing|your (?:order|purchase|business)\b|becoming a customer|choosing us)"
        r"|\b(?:contract|deal|agreement|proposal|order form|quote|paperwork|document)s? (?:is|are|was|were|has been"
        r"|have been)(?: now| already| finally)? signed\b"
        r"|\b(?:now that|since|after) you(?: have|'ve)?(?: just)? signed (?!up)|\bwelcome (?:aboard|on board)\b"
        r"|\b(?:great|glad|happy|thrilled|excited) to have you (?:as a (?:new )?customer|on board|aboard)\b",
    ),
    "answering an answer": (
        ("repl", "respon", "answer", "back to", "re:", "aw:", "sv:", "as you ", "as we agreed"),
        _THANKS + r"(?:(?:your|the|getting|coming) )?(?:\w{1,12} )?"
        r"(?:reply|replying|response|responding|answer|answering|back to (?:me|us))\b"
        rf"|^(?:{LABEL})?[ \t]{{0,4}}(?:re|aw|sv): ?\S|\bas (?:you (?:said|wrote|mentioned|asked)|we agreed)\b",
    ),
    "speaking of a talk that took place": (
        (
            " you",
            "our c",
            "our meeting",
            "our demo",
            " to speak",
            " to talk",
            " to chat",
            " to meet",
            "yesterday",
            "earlier",
        ),
        r"\b(?:great|good|nice|lovely|pleasure|enjoyed|thanks for|thank you for) (?:\w{1,9} )?"
        r"(?:speaking|talking|chatting|meeting|catching up)(?: (?:with|to))? you\b|\b(?:after|following|since) our"
        r" (?:call|conversation|meeting|chat|demo)\b|\b(?:it was |so )(?:great|good|nice) to (?:speak|talk|chat|meet)\b"
        r"|\b(?:great|good|nice) (?:call|chat|conversation|meeting) (?:yesterday|today|earlier|last)",
    ),
}
_TRACES = {what: (needles, re.compile(pattern, re.M)) for what, (needles, pattern) in _TRACE_PATTERNS.items()}
"""Signs that a text was written after its outcome, in lower case: words one of which must occur, and the pattern."""
CERTAIN_TRACES = ("quoting an answer", "speaking of the deal as done")


def is_empty(text: str) -> bool:
    """Whether a cell holds nothing that anybody would send, as ``n/a`` or dots."""
    head = text[:EXAMINED].strip().lower()
    return head in PLACEHOLDERS or not any(sign.isalnum() for sign in head)


def is_foreign(text: str) -> bool:
    """Whether a text of eight words or more seems not to be English, by its script and its commonest small words."""
    words = _LETTERS.findall(text[:EXAMINED].lower())
    foreign_script = 0 if text.isascii() else sum(not _LATIN.match(word) for word in words)
    if len(words) < 8:
        return bool(foreign_script) and sum(len(word) for word in words if not _LATIN.match(word)) > 8
    if foreign_script > 0.3 * len(words):
        return True
    english = sum(map(_ENGLISH.__contains__, words))
    return english < 0.2 * len(words) and sum(map(_OTHER.__contains__, words)) > max(3, 1.5 * english)


def foreign_language(text: str) -> str:
    """The language of a text that is not English, by its name; ``another one`` where it cannot be named, ``""`` for
    English and for texts that say nothing, as of emoji or numbers.
    """
    from ..text.language import language_of

    foreign = is_foreign(text)
    words = _LETTERS.findall(text[:EXAMINED].lower())
    english = sum(map(_ENGLISH.__contains__, words)) >= ENGLISH_SHARE * len(words)
    if not foreign and (english or len(set(words)) < MIN_WORDS):
        return ""
    told = language_of([text])
    if told.sure and not told.is_english:
        return told.name
    return "another one" if foreign else ""


def has_markup(text: str) -> bool:
    """Whether a text holds HTML tags or entities."""
    return _TAG.search(text[:EXAMINED]) is not None


def text_findings(data: EmailData) -> list[Finding]:
    """Empty, very short, very long, foreign and marked-up emails, and personal data."""
    words = [len(email[:EXAMINED].split()) for email in data.emails]
    empty = [is_empty(email) or is_empty(context) for context, email in zip(data.contexts, data.emails, strict=True)]
    short = [not blank and 0 < count < SHORT_WORDS for blank, count in zip(empty, words, strict=True)]
    found = [
        _finding(data, empty, "empty", "{} without text, only a placeholder such as 'n/a' or punctuation",
               "Remove these rows, or fill in what was sent."),
        _finding(data, short, "short", f"{{}} with fewer than {SHORT_WORDS} words",
               "Check that these are whole emails and not subjects or remarks."),
        _finding(data, [count > LONG_WORDS for count in words], "long", f"{{}} with more than {LONG_WORDS} words",
               "The reward model reads the first 256 tokens only (--max-tokens): put what matters there, or cut "
               "quotes and footers."),
        language_finding(data),
        merge_field_finding(data),
        _finding(data, _test_each(data.emails, has_markup), "html", "{} with HTML in the text",
               "Turn them into plain text, or the models learn to write tags."),
        _finding(data, [has_personal(f"{context}\n{email}") if len(email) <= EXAMINED else
                      has_personal(context) or has_personal(email)
                      for context, email in zip(data.contexts, data.emails, strict=True)],
               "personal", "{} with email addresses or telephone numbers in them",
               "Mask them before training (a button on the page, or check --mask-to FILE): a language model may repeat "
               "what it has read."),
    ]  # fmt: skip
    return [finding for finding in found if finding]


def language_finding(data: EmailData) -> Finding | None:
    """Emails that seem not to be English, with the language of most of them."""
    names = [foreign_language(email) for email in data.emails]
    told = Counter(name for name in names if name)
    certain = {name for name, count in told.items() if count >= CERTAIN_SHARE * told.total()}
    keep = [
        bool(name) and (name in certain or is_foreign(email)) for name, email in zip(names, data.emails, strict=True)
    ]
    names = [name if kept else "" for name, kept in zip(names, keep, strict=True)]
    told = Counter(name for name in names if name)
    if not told:
        return None
    which = ", ".join(name for name, count in told.most_common(3) if count >= max(told.values()) / 5)
    return _finding(
        data, [bool(name) for name in names], "language",
        f"{{}} in a language that does not seem to be English ({which})",
        "The default models know English: keep to one language, or name models that know the others.",
    )  # fmt: skip


def _left_open(email: str) -> tuple[str, ...]:
    """Merge fields, and conditions of templates by their opening tags; what masks personal data is neither."""
    blocks = (tag.text for tag in tags_in(email) if tag.kind in ("open", "alone"))
    fields = (field.text for field in merge_fields_in(email))
    return (*(text for text in fields if text not in MASKS), *blocks)


def merge_field_finding(data: EmailData) -> Finding | None:
    """Emails in which merge fields stand as they are written in templates."""
    fields = [_left_open(email[:EXAMINED]) for email in data.emails]
    counts = Counter(name for each in fields for name in dict.fromkeys(each))
    shown = ", ".join(f"{name} in {count:,}" for name, count in counts.most_common(4))
    return _finding(
        data, [bool(each) for each in fields], "merge-field",
        f"{{}} with merge fields that nothing filled: {shown}",
        "The models learn to write them just like that. This is fine if the texts go back into a sending tool; if not, "
        "fill them in, or export what was sent instead of the template.",
    )  # fmt: skip


_CHANGES = {
    "html": ("written in HTML; they are read as the plain text that their readers saw", "markup"),
    "entities": ("with HTML entities, read as the characters they stand for", "markup"),
    "markdown": ("with Markdown in the text, read without its signs", "markup"),
    "image": ("with pictures or references to them, read without these", "markup"),
    "tracking pixel": ("with a tracking pixel, read without it", "markup"),
    "rtf": ("in the form of a word processor (RTF), read as their words", "markup"),
    "quoted-printable": ("coded as for mail (quoted-printable, as =E2=80=99), read as they were written", "markup"),
    "wrapped link": ("with links that a mail filter wrapped, read with the addresses that they lead to", "markup"),
    "tracking link": ("with links that only count clicks, read without these", "markup"),
    "quoted thread": ("quoting an answer or an earlier email; they are read without what is quoted", "written-after"),
    "forwarded message": ("with a forwarded message below; they are read without it", "written-after"),
    "broken characters": ("with broken characters, such as Ã¼ for ü, which were corrected", "broken-characters"),
    "control characters": ("with control characters, read without them", "control-characters"),
    "literal line breaks": (r"in which line breaks were written out as \n; they are read as line breaks", "markup"),
    "unsubscribe footer": ("with a footer to unsubscribe, read without it", "footer"),
    "disclaimer": ("with a notice of confidentiality below, read without it", "footer"),
    "signature": ("with a signature below the name, read without it", "footer"),
}
"""What reading cuts or puts right: how it is told, and the kind of its finding."""


def change_findings(data: EmailData) -> list[Finding]:
    """What was cut from emails, or put right in them, while they were read."""
    rows: dict[str, list[int]] = {}
    for row, kind in data.changes:
        rows.setdefault(kind, []).append(row)
    found = []
    for change, where in rows.items():
        told, kind = _CHANGES.get(change, (f"read without: {change}", "changed"))
        after = kind == "written-after"
        advice = (
            "What is quoted exists only once the outcome is known, so it is left out. Your file stays as it is."
            if after
            else "There is nothing to do: the models see the cleaned text. Your file stays as it is."
        )
        severity = "warning" if after else "note"
        found.append(Finding(kind, severity, f"{count_of(len(where), 'email')} {told}", advice, tuple(where)))
    return found


def trace_findings(data: EmailData) -> list[Finding]:
    """Emails that seem written after the outcome; certain signs warn, others do only where they go with the outcome."""
    findings = []
    found: dict[str, list[bool]] = {what: [] for what in _TRACES}
    for email in data.emails:
        lowered = email[:EXAMINED].lower()
        for what, (needles, pattern) in _TRACES.items():
            found[what].append(any(map(lowered.__contains__, needles)) and pattern.search(lowered) is not None)
    for what, hits in found.items():
        certain = what in CERTAIN_TRACES
        if not any(hits):
            continue
        severity = "warning" if certain or _goes_with_outcome(data, hits) else "note"
        advice = (
            "Such text exists only once the outcome is known, so a model learns to read the answer off it: keep the "
            "email that was sent first and remove these rows or parts."
            if severity == "warning"
            else "Check that these emails were sent before their outcome, and not in response to it."
        )
        rows = tuple(row for row, hit in zip(data.rows, hits, strict=True) if hit)
        findings.append(Finding("written-after", severity, f"{count_of(len(rows), 'email')} {what}", advice, rows))
    return findings


def _goes_with_outcome(data: EmailData, hits: list[bool]) -> bool:
    """Fisher's exact test of any answer against the sign, at 1 %."""
    from scipy.stats import fisher_exact

    counts = [[0, 0], [0, 0]]
    for hit, outcome in zip(hits, data.outcomes, strict=True):
        counts[hit][outcome > 0] += 1
    return fisher_exact(counts).pvalue < 0.01


def _test_each(texts: Iterable[str], test: Callable[[str], bool]) -> list[bool]:
    return [test(text) for text in texts]


def _finding(data: EmailData, hits: list[bool], kind: str, message: str, advice: str) -> Finding | None:
    rows = tuple(row for row, hit in zip(data.rows, hits, strict=True) if hit)
    if not rows:
        return None
    return Finding(kind, "warning", message.replace("{}", count_of(len(rows), "email"), 1), advice, rows)
