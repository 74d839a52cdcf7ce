"""The draft panel."""

from __future__ import annotations

EMAIL = "Your draft"
BEFORE = "What the checks find appears here as you type."
SCORE, FILL = "Score it", "Try one of my emails"
READING = "Reading the draft … The first one takes a little longer."
WAS = "Answered, of 100 emails like this one: was {before}, now {now}."
OF_EARLIER = "This score is from before your last change. Score it again for what stands here now."
HINTS_ABOUT = (
    "These are published figures on other people's emails. Following them may lower what the predictor expects: it has "
    "learned from other emails than they have."
)
NO_PREDICTOR = "To have drafts scored, let the predictor learn from your emails in step 1. The checks work without it."
MANY = "Scoring many drafts at once, in a terminal"
