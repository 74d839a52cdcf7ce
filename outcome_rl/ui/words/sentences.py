"""Step 2: the seller's own sentences, to strike some out."""

from __future__ import annotations

FOLD = "Your own sentences: untick what must not be said (optional)"
ABOUT = (
    "When it writes in your own words, the writer uses these sentences and no others. Untick what it must not say, "
    "and it leaves that out the next time you teach. […] is filled in for each recipient."
)
WORKING = "Reading your sentences. This takes a few seconds …"
PLACES = {
    "subject": "Subject lines",
    "greeting": "Greetings",
    "opening": "First sentences",
    "body": "What you say",
    "ask": "What you ask for",
    "close": "After the ask",
    "sign_off": "Sign-offs",
}
GROUP = "{place} ({count})"
SENT, ANSWERED, CONVERTED = "sent {count}×", "{count} answered", "{count} of them converted"
NO_ANSWER = "none answered"
ALL_AGAIN = "Tick all again"
DOWNLOAD = "Download this list (CSV)"
ALL_MAY = "All {count:,} sentences may be said."
STRUCK = "{struck:,} of {count:,} sentences struck out. The next teaching keeps to that."
STRUCK_BEFORE = "{struck:,} of this file's sentences struck out. The next teaching keeps to that."
NOT_WHEN_FREE = " This does not count while “Write freely” is chosen above: then the writer words its emails itself."
TOO_FEW_LEFT = (
    "With these struck out, too few sentences are left to write an email from. Tick some again: at least two in each "
    "of two groups."
)
CANNOT_WRITE = (
    "Your emails share too few sentences for the writer to use them, so it words its emails itself and there is "
    "nothing to untick."
)
LEFT_OUT = "Left out from the start: {reasons}."
REASONS = {"never answered": "{count:,} that nobody answered", "about one recipient": "{count:,} about one recipient"}
