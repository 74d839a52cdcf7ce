"""Replies and conversions per 100 emails."""

from __future__ import annotations

OWN = "Your own emails (what happened)"
TITLE = "Per 100 emails"
REPLIES, CONVERSIONS, WORTH = "Replies", "Conversions", "Worth"
RATE = "{share} ({low} to {high})"
REPLIES_COUNT_ALL = "“Replies” includes conversions."
IN_BRACKETS = "In brackets: how far chance alone may move the figure."
IN_YOUR_UNIT = "“Worth” is in the unit in which you said what an outcome is worth."
MISTAKES = "The predictor's own mistakes come on top."
EXPECTED = "Of 100 emails like this one, the predictor expects {replies} to be answered{converting}."
CONVERTING = " and {conversions} to convert"
OF_YOURS = " Of 100 of yours, {replies} were answered{converted}."
CONVERTED = " and {conversions} converted"
