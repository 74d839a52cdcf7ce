"""An independent judge: another kind of model, trained on rows that the reward model never saw.

What tuning gains in the reward model's eyes alone, it has gained by fooling it; what both see may be real.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..config import RewardConfig
from ..outcomes import NUM_OUTCOMES
from ..text.merge_fields import as_sent
from .compute_reward import payoff
from .features import NAMES, ContextWords
from .interface import Scores

JUDGE_FILE = "judge.safetensors"
TREES = 300
FEWEST_IN_LEAF = 3
MOST_WORDS = 200
CHUNK = 1000
"""Emails whose votes are in memory at once."""
FEWEST_ROWS = 40
FEWEST_OF_EACH = 5
"""A judge trained on less would be noise."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Judge:
    """Extremely randomised trees (Geurts et al. 2006) on an email's features and on which common words it uses.

    The trees' nodes lie behind one another: ``roots`` (T,) where each begins; ``feature``, ``threshold``, ``left``,
    ``right`` (nodes,), a leaf's children being itself; ``shares`` (nodes, 3) of the outcomes.
    """

    words: tuple[str, ...]
    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    shares: np.ndarray
    context_words: ContextWords
    config: RewardConfig

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """The judge's opinion; disagreement is that of its trees' expected payoffs, and is not taken off."""
        contexts = contexts if self.config.text == "pair" else [""] * len(emails)
        emails = [as_sent(email) for email in emails]
        probs, spread = np.zeros((len(emails), NUM_OUTCOMES)), np.zeros(len(emails))
        for start in range(0, len(emails), CHUNK):
            rows = slice(start, start + CHUNK)
            votes = self._votes(contexts[rows], emails[rows])
            probs[rows], spread[rows] = votes.mean(1), (votes @ np.array(self.config.payoffs)).std(1)
        return Scores(probs, payoff(self.config, probs), spread, np.ones(len(emails)))

    @property
    def known(self) -> np.ndarray:
        """Whether each outcome occurred in what it was trained on, (3,)."""
        return np.asarray(self.shares.any(0))

    def _votes(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """What each tree says, (N, T, 3)."""
        inputs = self._inputs(contexts, emails)
        nodes = np.repeat(self.roots[None, :], len(inputs), 0)
        rows = np.arange(len(inputs))[:, None]
        while True:
            below = inputs[rows, self.feature[nodes]] <= self.threshold[nodes]
            following = np.where(below, self.left[nodes], self.right[nodes])
            if np.array_equal(following, nodes):
                return self.shares[nodes]
            nodes = following

    def _inputs(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        used = [set(_WORD.findall(email.lower())) for email in emails]
        present = np.array([[word in words for word in self.words] for words in used], dtype=np.float64)
        return np.hstack([self.context_words.features(contexts, emails), present.reshape(len(emails), -1)])

    def state(self) -> dict[str, np.ndarray]:
        """Arrays alone; the words as UTF-8."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return arrays | {"words": np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8)}

    @staticmethod
    def restore(arrays: dict[str, np.ndarray], context_words: ContextWords, config: RewardConfig) -> Judge:
        """The inverse of :meth:`state`."""
        words = tuple(arrays["words"].tobytes().decode().split("\n"))
        nodes = np.arange(len(arrays["feature"]))
        leaf = (arrays["left"] == nodes) & (arrays["right"] == nodes)
        below = (arrays["left"] > nodes) & (arrays["right"] > nodes)  # so that no walk goes round in circles
        if not (leaf | below).all() or arrays["shares"].shape != (len(nodes), NUM_OUTCOMES):
            raise ValueError("the trees are not trees")
        if not 0 <= arrays["feature"].min() <= arrays["feature"].max() < len(NAMES) + len(words):
            raise ValueError("a tree asks for a feature that there is not")
        return Judge(
            words=words, **{name: arrays[name] for name in _ARRAYS}, context_words=context_words, config=config
        )


_ARRAYS = ("roots", "feature", "threshold", "left", "right", "shares")


def enough_to_judge(outcomes: Sequence[int] | np.ndarray, known: Sequence[int] = tuple(range(NUM_OUTCOMES))) -> bool:
    """Whether these rows can teach a judge of the outcomes that are ``known``."""
    counts = np.bincount(outcomes, minlength=NUM_OUTCOMES)
    return len(outcomes) >= FEWEST_ROWS and min(counts[list(known)]) >= FEWEST_OF_EACH


def train_judge(
    config: RewardConfig,
    context_words: ContextWords,
    contexts: Sequence[str],
    emails: Sequence[str],
    outcomes: Sequence[int] | np.ndarray,
) -> Judge:
    """Grow the trees on these rows."""
    from sklearn.ensemble import ExtraTreesClassifier

    contexts = contexts if config.text == "pair" else [""] * len(emails)
    counted = Counter(word for email in emails for word in sorted(set(_WORD.findall(email.lower()))))
    words = tuple(word for word, count in counted.most_common(MOST_WORDS) if count > 1) or ("-",)
    empty = dict.fromkeys(_ARRAYS, np.zeros(0))
    judge = Judge(words=words, **empty, context_words=context_words, config=config)
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=FEWEST_IN_LEAF, random_state=config.seed)
    forest.fit(judge._inputs(contexts, emails), np.asarray(outcomes))
    return Judge(words=words, **_flattened(forest), context_words=context_words, config=config)


def _flattened(forest: Any) -> dict[str, np.ndarray]:
    """The forest's trees as arrays, by the judge's fields."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in _ARRAYS}
    start = 0
    for grown in forest.estimators_:
        tree = grown.tree_
        own = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        counts = tree.value[:, 0, :]
        shares = np.zeros((tree.node_count, NUM_OUTCOMES))
        shares[:, forest.classes_] = counts / counts.sum(1, keepdims=True)
        parts["roots"].append(np.array([start]))
        parts["feature"].append(np.where(leaf, 0, tree.feature))
        parts["threshold"].append(tree.threshold)
        parts["left"].append(np.where(leaf, own, tree.children_left) + start)
        parts["right"].append(np.where(leaf, own, tree.children_right) + start)
        parts["shares"].append(shares)
        start += tree.node_count
    return {name: np.concatenate(parts[name]) for name in _ARRAYS}
