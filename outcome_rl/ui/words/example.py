"""The example that the page opens on."""

from __future__ import annotations

TAG = "Invented example"
TITLE = "### From {count} emails and what came of them to better emails"
ABOUT = (
    "A made-up software seller, made-up emails, made-up outcomes: nothing here is about real people, and your own "
    "emails will give other results. Made on {made}; it cannot be changed."
)
USE_MINE = "Use my own emails →"
USE_MINE_INFO = "Bring a file with the emails you sent and what came of each: a few hundred are enough to begin."
RECIPIENT = "Who is the email for?"
VERDICT_OF = "What teaching has changed in this example"
NEXT = "Read both emails below and judge for yourself, then try it with your own."
EXPECTED = "Expected by the predictor for {count} recipients the writer never practised on."
OWN = "The {count} emails it learned from (what happened)"
DRAFT = "### Score a draft of yours"
DRAFT_ABOUT = (
    "Score this one, or put your own in its place, and see what changes when you take a sentence out. The example's "
    "predictor reads it, which knows only the invented seller's emails."
)
A_DRAFT = """Hello,

Shift handovers on paper cost most teams half an hour a day. Our app keeps notes, photos and open tasks in one place, \
so the next shift sees at a glance what is left to do.

Would ten minutes on Thursday suit you?

Kind regards"""
HOW = "How it was made, in three steps"
STEPS = (
    ("1. Your emails", "{count} emails with their outcomes: {none} no reply, {reply} reply, {conversion} conversion."),
    ("2. Teach", "The writer practised for {rounds} rounds; the predictor marked every draft."),
    ("3. Write & compare", "Both wrote to the same recipients; see below."),
)
MISSING = "The example is not there. The three steps work without it."
