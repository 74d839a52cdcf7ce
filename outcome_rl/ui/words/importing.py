"""Step 1, before an export is kept: controls that are spoken of, and an import's warnings for people who sell."""

from __future__ import annotations

import re

SETTINGS = "Columns, recipients and days"
DAY_FIRST = "3/4 means 3 April"
OWN_ADDRESS = "Whose mailbox is it?"
_HOW_OWN = f"enter your addresses at “{OWN_ADDRESS}”, under “{SETTINGS}” below."
WARNINGS = {
    r"dates like 3/4/2024 in (.+) are read month first": (
        "Dates like 3/4/2024 in {0} were read as 4 March, since nothing in the file settles it. If that is wrong, tick "
        f"“{DAY_FIRST}”, under “{SETTINGS}” below."
    ),
    r"whose mailbox it is, nobody says, is a guess": f"Nothing says whose mailbox this is. Please {_HOW_OWN}",
    r"whose mailbox it is, (.+), is a guess": f"We assume this is the mailbox of {{0}}. If not, {_HOW_OWN}",
    r"([\d,]+) rows are the same as an earlier one": (
        "{0} rows repeat an earlier one: same recipient, same text, same outcome."
    ),
    r"merge fields that nothing fills are left in emails: (.+); ": (
        "Some emails still hold merge fields that nothing fills: {0}. The writer would copy them."
    ),
}
"""By what an import warns of, as a regular expression; ``{0}`` is its first group."""


def warning_in_plain_words(warning: str) -> str:
    """A warning as the page gives it, which has boxes where a terminal has flags."""
    for pattern, said in WARNINGS.items():
        if match := re.match(pattern, warning):
            return said.format(*match.groups())
    return warning


_BY_ITS_HEADER = re.compile(r", as the header has '[^;]*'")


def recognised(why: str) -> str:
    """What files were taken for, without the names of columns that told it."""
    return _BY_ITS_HEADER.sub("", why)


LEFT_OUT = {
    "written after their answer": "Sent after they had replied",
    "an answer to an email of theirs": "Replies to an email of theirs",
    "a forwarded message": "Forwarded messages",
}
"""Why an email is left out, by what the engine says."""


def left_out_in_plain_words(reason: str) -> str:
    """A reason as the page gives it."""
    return LEFT_OUT.get(reason, reason[:1].upper() + reason[1:])
