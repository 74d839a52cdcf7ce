"""A small bank of sentences, some of which begin alike."""

from __future__ import annotations

from outcome_rl.sentence_bank.bank import ASK, BODY, GREETING, OPENING, SIGN_OFF, Sentence, SentenceBank
from outcome_rl.sentence_bank.fields import ContextFields

SENTENCES = {
    GREETING: ("Hi Ana,",),
    OPENING: ("I saw that you are hiring.", "I saw your team at the fair, and it was a pleasure.", "You are growing."),
    BODY: ("Our tool saves two hours a week.", "Our tool saves money.", "Firms like yours trust us.", "It is quick."),
    ASK: ("Could we talk on Tuesday?", "Could we talk this week?", "Do you have ten minutes?"),
    SIGN_OFF: ("Best,",),
}


def toy_bank() -> SentenceBank:
    """It suits any context."""
    sentences = [Sentence(text, place, (1, 1, 1)) for place, texts in SENTENCES.items() for text in texts]
    return SentenceBank(ContextFields(frozenset(), {}), tuple(sentences), places=tuple(SENTENCES))
