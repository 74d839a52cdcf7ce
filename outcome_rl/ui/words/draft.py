"""The draft panel."""

from __future__ import annotations

EMAIL = "Your draft"
BEFORE = "What the checks find appears here as you type."
SCORE, FILL = "Score it", "Try one of my emails"
READING = "Reading the draft … The first one takes a little longer."
WAS = "Of 100 emails like this one, the predictor now expects {now} to be answered; before, it was {before}."
OF_EARLIER = "This score is from before your last change. Score it again to see the score of the text as it is now."
HINTS_ABOUT = (
    "These hints come from published figures on other people's emails, except for a few rules of thumb, which are "
    "marked as such. Following them may lower what the predictor expects, since it learned from different emails."
)
NO_PREDICTOR = "To have drafts scored, let the predictor learn from your emails in step 1. The checks work without it."
MANY = "Scoring many drafts at once, in a terminal"
