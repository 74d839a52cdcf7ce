"""The draft panel."""

from __future__ import annotations

EMAIL = "Your draft"
BEFORE = "What the checks find appears here as you type."
SCORE, FILL = "Score it", "Try one of my emails"
READING = "Reading the draft … The first one takes a little longer."
NO_PREDICTOR = "To have drafts scored, let the predictor learn from your emails in step 1. The checks work without it."
MANY = "Scoring many drafts at once, in a terminal"
