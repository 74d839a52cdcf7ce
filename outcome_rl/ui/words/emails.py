"""Step 1: the emails in use, brought, looked at, checked and changed."""

from __future__ import annotations

# --- bringing them ----------------------------------------------------------------------------------------------------

UPLOAD = "Your export: CSV, Excel, mailbox, zip, or several"
USE_SAMPLE, TEMPLATE = "Use the sample data", "Download an empty table to fill in"
SAMPLE_CHOSEN = "The sample data are in use now. Next: let the predictor learn from them, below."
STILL_IN_USE = "The emails chosen before stay in use."
GUESSED = "{mapping}. That is a guess: see below."
IMPORTED = "Imported: {what}."
IN_USE = "In use: {name}, {count:,} emails"
WAYS = " to recipients with {count:,} different descriptions."
ALL_DIFFERENT = ". No two of their recipients are described alike."
ALIKE = ". All recipients are described alike, as “{context}”."
LEFT_OUT = " Left out because of their outcome: {rows}."

# --- what their columns and words mean --------------------------------------------------------------------------------

MAPPING = "Columns and outcomes of your file"
COLUMNS = {"context": "Recipient column", "email": "Email column", "outcome": "Outcome column"}
"""By what each holds."""
COUNTS_AS = ("Counts as no reply", "Counts as a reply", "Counts as a conversion", "Not used")
WORDS_MEAN = "Say what each entry in the outcome column means (emails under “Not used” are left out):"
WORD_WITH_ROWS = "“{word}”: {rows}"
EMPTY_WORD = "empty cell"
CHOOSE = "Choose the {column}."
TAKEN_FROM = "The recipient was taken from “{context}”, the email from “{email}”, the outcome from “{outcome}”"
CHOSEN_TWICE = "The column '{column}' is chosen twice; each column can only be one thing"
TWO_MEANINGS = "'{word}' is given two meanings; keep only one of them"
TOO_MANY_VALUES = (
    "'{column}' has more than {most} different values, so it cannot be the outcome column; choose another one."
)
SAY_WHAT = "Say what {words} {means}: add {it} to one of the four lists."
AND_MORE = " and {count} more"

# --- their rows -------------------------------------------------------------------------------------------------------

ROWS = "Rows of the data in use"
ALL_ROWS, UNTICK, SAVE, UNDO = "Show all rows", "Untick these rows", "Save as a new file", "Undo changes"
DOWNLOAD = "Download these emails"
FIRST_ROWS = (
    "You see the first {shown:,} of {count:,} rows; all {count:,} are used. To change a row that you do not see, "
    "change it in a spreadsheet and bring the file again, or press “Show these rows” beside what the check above has "
    "found."
)
HOW_TO_CHANGE = "Double-click a cell to change it; untick a row to drop it. Your own file stays as it is."
FIRST_OF = ", the first {shown:,} of {count:,}"
UNTICKED = "unticked, and dropped when you save."
CHANGED, DROPPED = "changed", "dropped"
SAVED = "Saved: {what}"
FILE_UNCHANGED = "{changes}; the earlier file is unchanged."
NOTHING_CHANGED = "Nothing has been changed yet; edit a cell or untick a row"
NO_COLUMNS = "Columns cannot be added or deleted here; press “Undo changes”"
NO_ROWS = "Rows cannot be added here; add them to your file and upload it again"

# --- the check --------------------------------------------------------------------------------------------------------

CHECKING, CHECK = "Checking the file …", "Check"
NOTHING_FOUND = "Nothing in this file would mislead the predictor."
FOUND = "Check: {things} to look at before learning"
ONLY_SERIOUS, SOME_SERIOUS = ", and it is serious", ", {count} of them serious"
SHOW_ROW, SHOW_ROWS = "Show this row", "Show these {count:,} rows"
MASK = "Mask email addresses and telephone numbers"
MASKED = (
    "Email addresses and telephone numbers are masked in this copy, in every column but the outcome; names are not. "
    "You can download it under “Look at the emails, change or drop some”."
)

# --- what works in them -----------------------------------------------------------------------------------------------

INSIGHTS = "What works in your emails"
INSIGHTS_ABOUT = (
    "What gets more answers: longer emails, emails with questions, a certain template or time of day? This is counted "
    "in your own emails, with a margin of error for each figure; nothing is predicted. Which sentences of yours got "
    "answers is listed in step 2, under “Your own sentences”."
)
LOOK, COUNTING = "Look at my emails", "Counting which emails get answers …"
DOWNLOAD_INSIGHTS = "Download the whole report"
