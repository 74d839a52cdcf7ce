"""Hostile cells: what a column of a file may hold to keep a reader busy, and everything here that reads a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.torture.patterns import attacks

SIZES = {300: 8, 2_000: 8, 20_000: 3, 100_000: 1}
"""Characters of a cell, and how many of twenty have so many. A hundred thousand are more than any email has, and fit
into a file a thousand times; what takes the square of its length is slow with fewer already.
"""
SHORT = 0.5
"""Part of the time that is allowed for the longest which a cell of half of that, or less, may take."""
ALPHABETS = (
    "aA bB.\n",
    "([{<>}])|*%#@$_-",
    "\"'“”‘’`\\/",
    "0123456789.,:-+/ ",
    "😀👩\u200d👩\u200d👧🏽\u200d♂\ufe0f",
    "e\u0301\u0302\u0303\u0327\u0336",
    "\0\x01\x1b[\x7f\u200b\u202e\ufeff",
    "Ã¼ÃŸâ€™Â ï»¿",
    "你好。שלום مرحبا ",
    "\r\n\t \u00a0\u2028",
)
UNITS = (
    *("{", "[", "(", "<", "{{", "[[", "<<", "*|", "%%", "{{first_name|", "{a|", "<div ", "<p><b>", "<!--", "&lt;p "),
    *(
        "&amp;",
        "&#1;",
        "&",
        "<table><tr><td>",
        "</",
        '="',
        "<a href='",
        "![a](",
        "[a](https://",
        "**a ",
        "\\n",
        "\\r\\n",
    ),
    *("> ", ">> ", "On Monday Ana ", "From: a\n", "-- \n", "-----", "_____", "wrote:\n", "Re: ", "Subject: "),
    *("a@", "a@b.", "a.b", "+49 ", "1 ", "1.000,", "2024-01-01 ", "http://", "www.", "https://a.b/c?d=e&", "a-", "a'"),
    *(
        "Mr. ",
        "Dr. A. ",
        "e.g. ",
        "! ",
        "? ",
        "?",
        "…",
        "20 % ",
        "Kind regards,\n",
        "Hi Ana,\n",
        "P.S. ",
        "=?utf-8?q?a?= ",
        "unsubscribe ",
    ),
    *("\n", " \n", "\t", " ", "\u00a0", "é", "e\u0301", "ß", "İ", "😀", "👩\u200d", "\0", "\ufeff", "Ã¼", "你", "ا"),
)
"""Beginnings of what is never ended, and what patterns look for, to be repeated."""
ENDS = ("", "\0", "!", "\n", "\nRegards,\nAna\nana@b.co", "@b.co", ":", ")", "}}", "-->", "-", "\nunsubscribe here")


def cells(count: int, patterns: list[tuple[str, int]], seed: int) -> Iterator[str]:
    """So many cells, the same for a seed: made against the patterns, of one unit, nested, and of odd characters."""
    dice = Random(seed)
    for number in range(count):
        (size,) = dice.choices([*SIZES], [*SIZES.values()])
        kind = number % 5
        if kind < 2 and patterns:
            pattern, flags = dice.choice(patterns)
            yield dice.choice([*attacks(pattern, flags, size, dice)] or [""])[:size]
        elif kind == 2:
            yield _repeated(size, dice)
        elif kind == 3:
            opened = "".join(dice.choice(UNITS) for _ in range(dice.randint(1, 4)))
            yield (opened * (size // len(opened) + 1))[:size] + dice.choice(ENDS)
        else:
            alphabet = dice.choice(ALPHABETS) + dice.choice(("", *ALPHABETS))
            yield "".join(dice.choices(alphabet, k=min(size, 20_000)))


def allowed_seconds(cell: str, longest: float) -> float:
    """What a reader may take for a cell, where it may take ``longest`` for the longest."""
    return longest * max(SHORT, len(cell) / max(SIZES))


def _repeated(size: int, dice: Random) -> str:
    """One unit, over and over, below a beginning and above an end that readers look for."""
    unit, beginning = dice.choice(UNITS), dice.choice(("", "Hi Ana,\n\n", "Kind regards,\n", "On ", "From: "))
    return beginning + unit * (size // len(unit)) + dice.choice(ENDS)


def readers() -> dict[str, Callable[[str], object]]:
    """Whatever reads a cell of a user's file, by name."""

    from outcome_rl.audit.audit import audit
    from outcome_rl.audit.texts import foreign_language, has_markup
    from outcome_rl.data.dataset import EmailData
    from outcome_rl.data.outcomes import parse_outcome
    from outcome_rl.importers.addresses import first_address
    from outcome_rl.importers.context import compose, context_columns
    from outcome_rl.importers.dates import parse_date
    from outcome_rl.importers.guess_outcomes import is_plainly_named
    from outcome_rl.importers.mail_threads import subject_key
    from outcome_rl.importers.mailbox import parse_mail
    from outcome_rl.importers.meanings import flag_value, known_word
    from outcome_rl.importers.outcome_names import said_by_name
    from outcome_rl.importers.profiles import profile_columns
    from outcome_rl.importers.role_names import spaced
    from outcome_rl.importers.stand_ins import mask_personal_but_stand_ins
    from outcome_rl.importers.templates import step_number, subject_and_body, variant_key
    from outcome_rl.insights.analysis import insights
    from outcome_rl.reward import explain
    from outcome_rl.reward.features import ContextWords
    from outcome_rl.sentence_bank.build import build_bank
    from outcome_rl.text.calls_to_action import find_asks
    from outcome_rl.text.checks import check_email, highlights
    from outcome_rl.text.cleaning import clean_email, clean_line
    from outcome_rl.text.email_parts import email_parts
    from outcome_rl.text.findings import find_all
    from outcome_rl.text.hints import hints
    from outcome_rl.text.language import language_of
    from outcome_rl.text.merge_fields import as_sent, merge_fields_in
    from outcome_rl.text.merge_filling import fill, has_spintax
    from outcome_rl.text.near_duplicates import near_duplicate_groups
    from outcome_rl.text.pii import has_personal, mask_personal

    context = "Customer: Head of sales at a bakery in Ulm asked for a demo of our ovens."

    def among(cell: str) -> EmailData:
        """A file in which it is an email, and a context, beside a plain one."""
        texts = (cell or "-", "Hi Ana, shall we talk on Monday? Regards, Bo")
        return EmailData((context, texts[0]), texts, (0, 1), (2, 3))

    return {
        "clean_email": clean_email,
        "clean_line": clean_line,
        "find_all": lambda cell: find_all(cell, cell, ""),
        "hints": hints,
        "checks": lambda cell: (check_email(cell), highlights(cell)),
        "find_asks": lambda cell: find_asks(cell),
        "email_parts": email_parts,
        "language_of": lambda cell: language_of([cell]),
        "merge_fields": lambda cell: (merge_fields_in(cell), as_sent(cell), has_spintax(cell)),
        "fill": lambda cell: fill(cell, {"first name": "Ana", "company": cell[:100]}),
        "near_duplicates": lambda cell: near_duplicate_groups([cell, cell[:-1], "Hi"]),
        "personal": lambda cell: (has_personal(cell), mask_personal(cell), mask_personal_but_stand_ins(cell)),
        "markup": lambda cell: (has_markup(cell), foreign_language(cell)),
        "audit": lambda cell: audit(among(cell)),
        "insights": lambda cell: insights(among(cell), {"industry": [cell, "x"], "sent_at": [cell, "2024-01-02"]}),
        "sentence bank": lambda cell: build_bank([context, cell or "-"], [cell, cell[:300]], [1, 0]),
        "features": lambda cell: ContextWords.learn([cell]).features([cell], [cell]),
        "explain": explain.sentences,
        "outcome": lambda cell: (parse_outcome(cell), known_word(cell), flag_value(cell), parse_date(cell)),
        "names of columns": lambda cell: (
            spaced(cell),
            context_columns([cell]),
            said_by_name(cell),
            is_plainly_named(cell),
            compose("{a}", {"a": cell}),
        ),
        "templates": lambda cell: (variant_key(cell), step_number(cell), subject_and_body(cell)),
        "mail": lambda cell: (
            parse_mail(cell.encode("utf-8", "replace")),
            parse_mail(b"Subject: " + cell.encode("utf-8", "replace")),
            subject_key(cell),
            first_address(cell),
        ),
        "profiles": lambda cell: profile_columns([cell[:200], "b"], [[cell, "1"], ["x", cell]]),
    }
