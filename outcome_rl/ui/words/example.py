"""The example that the page opens on."""

from __future__ import annotations

TAG = "Invented example"
TITLE = "### What the program learned from {count} sales emails, and how it writes now"
ABOUT = (
    "Everything here is made up: the seller, the emails, the people and the outcomes. These emails are answered "
    "far more often than real ones are. Your own emails will give different results."
)
USE_MINE = "Use my own emails →"
USE_MINE_INFO = (
    "Bring the emails you sent and what came of each. A few hundred are enough to start; answered ones count most."
)
RECIPIENT = "Who is the email for?"
RECIPIENT_INFO = (
    "What this seller writes down, in any order: the product on offer (Brindlow …), the person, the kind of firm, how "
    "they met, and which step of the sequence it is."
)
VERDICT_OF = "Did teaching help in this example?"
NEXT = "Read the emails below and judge for yourself."
OWN_SENTENCES_HELPED = "Better emails, thanks to the seller's own sentences."
WHAT_HELPED = (
    "They should bring {own} answers per 100; those of the plain writer, only {plain}. After teaching "
    "the figure is {taught}: no clear gain."
)
EXPECTED = (
    "A forecast for {count} recipients the writer never practised on. It comes from the predictor, which learned what "
    "gets answered."
)
FAULTY = (
    " It does not see that {faulty} of the {count} emails from before teaching break off or have other plain faults: "
    "those would not be answered as often as it expects."
)
PICKED = (
    "You see emails to {shown} of the {count} recipients; all {shown} were picked before anything was written. The "
    "page opens on the first of them whose email was changed by practice. The table counts all {count}, so its figures "
    "differ from those of the {shown}."
)
BY_ROLE = {
    "base": "The plain writer, before teaching",
    "warm_start": "In the seller's own sentences, before practice",
    "tuned": "After teaching",
}
"""Whose emails are forecast and shown, by what the engine calls the writer."""
OWN = "The {count} emails it learned from (what happened)"
DRAFT = "### Score a draft of yours"
TO_DRAFT = "Or score a draft of yours ↓"
DRAFT_ABOUT = (
    "Score this one or paste your own, and see which sentences help. This predictor knows only the invented seller's "
    "emails."
)
OF_THE_SELLERS = " Of every 100 emails the invented seller sent, {replies} were answered{converted}."
A_DRAFT = """Hello,

Shift handovers on paper cost most teams half an hour a day. Our app keeps notes, photos and open tasks in one place, \
so the next shift sees at a glance what is left to do.

Would ten minutes on Thursday suit you?

Kind regards"""
HOW = "How it was made, in three steps"
STEPS = (
    (
        "1. Your emails",
        "{count} emails and what came of each: no reply ({none}), a reply that led no further ({reply}), a conversion "
        "such as a meeting or a sale ({conversion}).",
    ),
    (
        "2. Teach",
        "The writer uses the seller's own sentences, most of all those from answered emails. It practised putting "
        "these sentences together for a handful of recipients at a time, {rounds} times over, and the predictor scored "
        "every email.",
    ),
    (
        "3. Write & compare",
        "It wrote to the same recipients three times: before teaching; in the seller's own sentences, before any "
        "practice; and after teaching. See below. Before teaching it wrote freely, and had to stop at the greatest "
        "length allowed, even in mid-sentence. Made on {made}.",
    ),
)
MISSING = "The example is missing here. The three steps work without it."
