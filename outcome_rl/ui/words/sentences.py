"""Step 2: the seller's own sentences, to strike some out."""

from __future__ import annotations

FOLD = "Your own sentences: untick what must not be said (optional)"
ABOUT = (
    "When it writes in your own words, the writer uses these sentences and no others. Untick what it must not say, and "
    "it will leave that out once you have taught it again or used “Make a writer without teaching”. […] is filled in "
    "for each recipient."
)
WORKING = "Reading your sentences. This takes a few seconds …"
PLACES = {
    "subject": "Subject lines",
    "greeting": "Greetings",
    "opening": "First sentences",
    "body": "What you say",
    "ask": "What you ask for",
    "close": "Closing lines",
    "sign_off": "Sign-offs",
}
SEARCH = "Find a sentence"
SEARCH_INFO = "Any part of it, a name, or “sent once”. Sentences that the search hides keep their ticks."
GROUP, GROUP_FOUND = "{place} ({count})", "{place} ({found} of {count})"
NOTHING_FOUND = "No sentence has “{words}” in it."
ONCE = "Sent only once: {count:,} of these. You will find them at the end of each list. Some may be about one person."
SAW = "says what you saw or heard"
OBSERVING = (
    "{count:,} of these say what you saw or heard when dealing with one recipient. That may not be true of the next; "
    "search for “saw or heard” to find them."
)
UNTICK_ONCE = "Untick the {count:,} sent only once"
SENT, ANSWERED, CONVERTED = "sent {count} times", "{count} answered", "{count} of them converted"
SENT_ONCE = "sent once"
NO_ANSWER = "none answered"
ALL_AGAIN = "Tick all again"
DOWNLOAD = "Download this list (CSV)"
ALL_MAY = "All {count:,} sentences may be said."
STRUCK = (
    "{struck:,} of {count:,} sentences unticked. They will be left out once you teach again or use “Make a writer "
    "without teaching”."
)
STRUCK_BEFORE = (
    "{struck:,} of this file's sentences unticked. They will be left out once you teach again or use “Make a writer "
    "without teaching”."
)
NOT_WHEN_FREE = " This does not count while “Write freely” is chosen above: then the writer finds its own words."
TOO_FEW_LEFT = (
    "With these unticked, too few sentences are left to write an email from. Tick some again: at least two in each "
    "of two groups."
)
CANNOT_WRITE = (
    "Your emails have too few sentences in common for the writer to use them, so it finds its own words and there is "
    "nothing to untick."
)
LEFT_OUT = "Never used: {reasons}."
REASONS = {
    "never answered": "{count:,} sent often but never answered",
    "about one recipient": "{count:,} about one recipient",
    "about one of several senders": "{count:,} about only one of the people who sent these emails",
}
