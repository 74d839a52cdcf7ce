"""Step 1: bringing emails, and learning from them."""

from __future__ import annotations

INTRO = "Bring the emails you sent and what came of each. From them a predictor learns what gets answered."
ROWS = "Look at the emails, change or drop some"
AUDIT = "Check: is there anything in this file that would mislead it?"
TITLE = "### Learn what gets answered"
LEARN, STOP = "Learn from these emails", "Stop"
NEXT = "Next: teach the writer →"
FIGURES = "The figures behind this (for engineers)"
VERDICT_OF = "The predictor"
COMMAND = "The same in a terminal"
NONE_YET = "Nothing has been learned yet."
LEARNED_FROM = "Learned from {file}, {when}."
OTHER_FILE = "This predictor learned from {learned}. You have {used} open now: learn again to use it."
LATER = "Learning takes some minutes; you may close this page meanwhile."
OWN_CAPTION = "This is what came of the emails it learned from."
