"""Answers and conversions per 100 emails."""

from __future__ import annotations

OWN = "Your own emails (what happened)"
TITLE = "Per 100 emails"
REPLIES, CONVERSIONS, WORTH = "Answers", "Conversions", "Worth"
RATE = "{share} ({low} to {high})"
REPLIES_COUNT_ALL = "“Answers” includes conversions."
ANSWERED = "Answered means a reply or a conversion; the bar “Reply” counts answers that led no further."
IN_BRACKETS = "In brackets: how far chance alone may move the figure."
IN_YOUR_UNIT = "“Worth” is in the unit that you chose for what an outcome is worth."
MISTAKES = "The predictor's own mistakes come on top of that."
EXPECTED = "Of 100 emails like this one, the predictor expects {replies} to be answered{converting}."
CONVERTING = ", {conversions} of them with a conversion"
OF_YOURS = " Of every 100 emails you sent, {replies} were answered{converted}."
CONVERTED = ", {conversions} of them with a conversion"
