"""Step 1, before an export is kept: what it was taken for, what is asked, and warnings for people who sell."""

from __future__ import annotations

import re

NOTHING_KEPT = "Nothing is kept yet. This is how your emails will be read."
USE, USE_MANY, USE_ONE = "Use these emails", "Use these {count:,} emails", "Use this email"
TEMPLATES = "The texts of your emails: a table with step, variant, subject and body, or text files (step1_A.txt)"
PERSONAL = (
    "Some of these emails hold email addresses or telephone numbers, which the writer may repeat. To hide them, tick "
    "“{mask}”, under “{settings}” below."
)
STILL_READING = "Still reading …"
PASTE = "Subject: …\n\nThe text of this email, with its merge fields as they are"
REFUSALS = {"No reply": "no_reply", "A reply": "reply", "Leave them out": "skip"}
MEETINGS = {"A reply": "reply", "A conversion": "conversion"}
_WORTH = {
    "not_interested": ("turns you down", "turn you down", "not interested, wrong person, unsubscribed"),
    "agreed_meeting": (
        "agrees to meet or orders",
        "agree to meet or order",
        "“Thursday 3pm works”, “Send me two boxes”",
    ),
}
"""What an answer does, what several do, and an example, by what the engine asks about."""
SETTINGS = "Columns, recipients and days"
DAY_FIRST = "3/4 means 3 April"
OWN_ADDRESS, OWN_ADDRESS_INFO = "Whose mailbox is it?", "Your email addresses, separated by commas"
DAYS = "Days of silence that count as no reply"
MASK = "Mask personal data: replace names, email addresses, telephone numbers"
FIRST_STEPS = "Only the first email to each recipient"
OUTCOMES = (
    "Outcome columns (an email with both a meeting and a reply counts as a meeting; one with neither counts as no "
    "reply)"
)
NAMED = {"step": "Step column", "variant": "Variant column", "date": "Date column"}
"""Columns that may be named besides, in their order; the date is the sending's, or of the last state."""
DESCRIBED = "How recipients are described"
DESCRIBED_INFO = "Columns in curly brackets, as in {Job title} at a {Industry} company"
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
    r"(.+, and no column of the export was found that gives the (.+)); say which one does, with --column": (
        f"{{0}}. If one of your columns does give it, choose it under “{SETTINGS}” below; or paste each text into its "
        "box."
    ),
    r"(.+ emails have no template: .+); add the texts of these, or say which columns hold the two": (
        f"{{0}}. Add the texts of these, or choose the columns of the step and the variant under “{SETTINGS}” below."
    ),
    r"(.+ emails have no template: .+, and neither names nor subjects tell .+); give the templates": (
        "{0}. Give your templates a column called step, or paste each text into its box."
    ),
    r"(the templates belong to .+, and no column gives the step of each email: .+); say which column does": (
        f"{{0}}. If a column does, choose it under “{SETTINGS}” below."
    ),
    r"(.+ is read for the variant of every step, and .+ have the wrong text); keep the first emails alone": (
        f"{{0}}. To use only the first email to each recipient, tick “{FIRST_STEPS}”, under “{SETTINGS}” below."
    ),
    r"(.+ had a deal or a meeting .+, a reply or nothing); say with --won-within": "{0}.",
    r"a lead without an answer .+ seem to work better than they do: leave them out": (
        "The file does not say which email somebody got last. So people who never answered are counted under the first "
        "email only. A later email is counted only for people who answered that email or a still later one. That makes "
        "later emails look better than they are. To leave the later emails out, tick "
        f"“{FIRST_STEPS}”, under “{SETTINGS}” below."
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


def answers_worth(about: str, count: int) -> str:
    """The question what such answers count as, with how many there are."""
    one, many, such_as = _WORTH[about]
    if count == 1:
        return f"1 answer {one} ({such_as}). It counts as"
    return f"{count:,} answers {many} ({such_as}). They count as"


_BY_ITS_HEADER = re.compile(r", as the header has '[^;]*'")


def recognised(why: str) -> str:
    """What files were taken for, without the names of columns that told it."""
    return _BY_ITS_HEADER.sub("", why)


LEFT_OUT = {
    "written after their answer": "Sent after they had replied",
    "an answer to an email of theirs": "Replies to an email of theirs",
    "a forwarded message": "Forwarded messages",
    "a message handed on": "Forwarded messages",
}
"""Why an email is left out, by what the engine says."""


def left_out_in_plain_words(reason: str) -> str:
    """A reason as the page gives it."""
    return LEFT_OUT.get(reason, reason[:1].upper() + reason[1:])


EMAILS, ROWS_READ, IN_TEXTS = "Emails", "Rows read", "In the texts"
LEFT_ASIDE = "Left out"
TOO_RECENT = "sent less than {days} days ago, too recent to tell"
CUT = "{kind}: cut out or corrected"
WHAT_WAS_CUT = "What was cut out or corrected"
WHICH_COLUMN = "Which column is what, and why."
DESCRIBED_AS = " Recipients are described like this: “{context}”"
NO_TEXTS = (
    "This export holds no texts. Add your templates here: a table with the columns step, variant, subject and body, or "
    "a text file for each, named after its step and variant (step1_A.txt){or_paste}."
)
NONE_LEFT = "There is no email to use yet. All are left out, for these reasons: {why}."
OR_PASTE = "; or paste each text into its box"
CHOSEN_BEFORE = (
    "You have brought a file with these columns before, so the choices you made then are used again. Please check them "
    "below."
)
EMPTY = "(empty)"
EMPTY_CELL = "an empty cell"
SAY_WHAT = (
    "Say what {words} {means}: put {it} into one of the four lists. Until you do, the emails concerned are left out."
)
AND_MORE_WORDS = " and {count} more (open any of the lists to see them)"
OR_THE_REST = " Or give one answer for all the others, at “{rest}”."
REST_OF_WORDS = "All words that are in none of these lists"
REST = {"Ask me": "", "No reply": "0", "A reply": "1", "Leave them out": "skip"}
SORTED = (
    "We read {notes} in your file ({count:,} emails) and sorted them by what they say. Please check that this is right."
)
SORTED_COLUMNS = ("Your note", "Emails", "Counts as", "Because it says")
_SORTED_AS = {0: "no reply", 1: "a reply", 2: "a conversion", -1: "left out"}


def counts_as(meaning: str, outcome: int | None) -> str:
    """What a note counts as, and what it was taken for where that is something else."""
    if meaning == "nothing so far":
        return "no reply, once enough days have passed"
    if meaning == "still running":
        return "too recent to tell"
    said = _SORTED_AS[-1 if outcome is None else outcome]
    return said if meaning in ("no reply", "reply", "conversion") else f"{said} ({meaning})"


COLUMNS = ("Where", "Outcome", "Recipient", "Email")
"""Of the emails as they will be read."""
SAMPLE = "{shown} out of {count:,}, as they will be read"
MORE = "more email"
"""Counted: one, or several with an s."""
