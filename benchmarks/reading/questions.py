"""What readers are asked of each email: its usability, and a list of yes-or-no questions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """A yes-or-no question. ``name``: its column; ``title``: in tables; ``good``: whether yes speaks for the email."""

    name: str
    title: str
    question: str
    good: bool = False


USABILITY = {
    1: "Nonsense. Sentences that mean nothing or do not belong together; a reader could not say what it is about.",
    2: "Coherent but unusable. One understands it, and it cannot be sent: wrong roles, wrong or no product, broken off "
    "before it says anything, built on inventions. Writing anew is quicker than mending.",
    3: "Usable after parts of it are rewritten. The skeleton is right; whole sentences have to be replaced or removed.",
    4: "Send after small edits. A word, a name, a placeholder, one clause: two minutes of work.",
    5: "Send as it is, under your own name, to a customer you want to keep.",
}
"""The scale with what each step means."""

FLAGS = (
    Flag(
        "invented_claims",
        "invented claims",
        "Does it state numbers, prices, customers, results, awards, earlier talks or deadlines that neither the "
        "situation nor what the seller may say (below) supports? One is enough for yes. Plain praise of the product, "
        "such as “saves time”, is no invention; the name of the sender or the product only where another one is given.",
    ),
    Flag(
        "cut_off",
        "cut off",
        "Does it stop in the middle of a sentence or a thought? A missing signature alone is no.",
    ),
    Flag(
        "roles_confused",
        "roles confused",
        "Does it mix up who sells and who buys, even once: the seller asks for the product, thanks for a service "
        "rendered, bears the recipient's position?",
    ),
    Flag(
        "product_missing",
        "product missing",
        "Is the product of the situation neither named nor described, or is another one sold in its place?",
    ),
    Flag(
        "next_step_fits",
        "next step fits",
        "Does it ask for, or offer, one next step that fits this contact at this point? None, several that compete, or "
        "one that makes no sense for this contact: no.",
        good=True,
    ),
    Flag(
        "relation_misstated",
        "relation ignored or misstated",
        "Does it ignore or misstate how the contact arose? Somebody who asked for prices and gets a cold opening: yes. "
        "A cold contact whom it treats as an acquaintance: yes. A cold contact addressed as one: no.",
    ),
    Flag(
        "incoherent",
        "not coherent",
        "Does it fail to hang together as a whole: contradictions, repetition, leaps, sentences that belong to another "
        "email, words about the email instead of the email?",
    ),
)

SPOILED = ("cut_off", "roles_confused", "incoherent")
"""Flags that do not go with a usability of 4 or 5."""

LABELS = "ABCDEFGH"
"""What the emails of an item are called."""
