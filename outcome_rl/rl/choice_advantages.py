"""What each single choice in an email was worth: the email's reward against that of the same email with others drawn in
its place.

An email's reward depends on all of its sentences, so that comparing whole emails credits a sentence with what the
others did. An exchanged sentence tells what it did itself. The mean reward over the exchange is a baseline of the one
choice, which leaves the expected gradient as it is where what follows does not depend on the choice (Wu et al.
2018, https://arxiv.org/abs/1803.07246; of agents that act together: Foerster et al. 2018,
https://arxiv.org/abs/1705.08926). What is drawn in its place follows the seller's own odds, at a temperature of 1, not
the policy's: a baseline may come from any distribution that the choice has no part in.

Biased: in an email what follows does depend on the choice. The exchange keeps the sentences behind it, which were drawn
for the sentence that was chosen, and so flatters that one, up to the wrong sign where sentences are worth something in
pairs alone. It is used because it varies far less than whole emails and has been measured to help: benchmarks/NOTES.md,
"Credit for each sentence". Whole emails (``other_choices=0``) are compared without that bias.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..policy.writing import OtherChoice

RewardsOf = Callable[[Sequence[int], Sequence[str]], Tensor]
"""Rewards (N,) of texts, each written for the context of the email with that number."""


def choice_advantages(others: Sequence[OtherChoice], rewards: Tensor, rewards_of: RewardsOf, width: int) -> Tensor:
    """(B, ``width``): at the tokens of each choice the email's reward less the mean of what was drawn in its place; 0
    elsewhere. rewards: (B,), of the emails as they are.
    """
    texts = dict.fromkeys((other.row, text) for other in others for text in other.texts)
    rows, different = [row for row, _ in texts], [text for _, text in texts]
    known = dict(zip(texts, rewards_of(rows, different).tolist(), strict=True)) if texts else {}
    found = torch.zeros(len(rewards), width)
    for other in others:
        lost = sum(float(rewards[other.row]) - known[other.row, text] for text in other.texts)
        found[other.row, other.columns.start : other.columns.stop] = lost / other.drawn
    return found
