"""Letters of a few sentences, no tokenizer asked."""

import numpy as np

from outcome_rl.policy.parts import Part
from outcome_rl.sentence_bank.bank import Sentence, SentenceBank
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.suitability import terms

FOURTEEN, AGAIN = "Ada saved 14 hours a month.", "Fourteen people, and 14 evenings at home."
PLAIN, ASKED, BYE = "Setup takes a day.", "Could we talk for 14 minutes?", "Have a calm week."


def bank_of(sentences=(), followed=None):
    """What the seller says, and what stood behind what; without ``followed`` nothing is known of that."""
    return SentenceBank(ContextFields.learn([]), tuple(sentences), followed=followed or {})


def part(text, place):
    weight = 2.0 if text == PLAIN else 0.0
    return Part(
        Sentence(text, place, (0, 1, 0), weight=weight), f" {text}", (1,), terms(text) - {text.lower()}, 0.0, False
    )


def texts_of(letter, n=60):
    return [letter.finish([], np.random.default_rng(seed)).text for seed in range(n)]
