"""The base models: kept whole on disk; words that never repeat."""

import numpy as np
import pytest

from outcome_rl.reward.base_models import FITTED, Texts, base_model_probs, fit_base_models
from outcome_rl.reward.features import NAMES, ContextWords


@pytest.mark.parametrize("rows", [60, 700])  # ordinal heads, multinomial heads
def test_members_come_back_from_their_state(sample, rows):
    places = np.arange(rows) % 60
    data = sample.take(places)
    features = ContextWords.learn(data.contexts).features(data.contexts, data.emails)
    embedding = np.random.default_rng(0).normal(size=(rows, 6)).astype(np.float32)
    texts = Texts(data.contexts, data.emails, features, embedding)
    members = fit_base_models(texts, np.array(data.outcomes))
    assert list(members) == ["features", "words", "context", "embedding"]
    restored = {name: FITTED[name].restore(*member.state()) for name, member in members.items()}
    np.testing.assert_allclose(base_model_probs(restored, texts), base_model_probs(members, texts))


def test_words_that_never_repeat_leave_the_outcomes_shares():
    texts = Texts(("", "", ""), ("aa", "bb", "cc"), np.zeros((3, len(NAMES))), np.zeros((3, 2)))
    probs = FITTED["words"].fit(texts, np.array([0, 0, 1])).probs(texts)
    np.testing.assert_allclose(probs, np.tile([2.5 / 4, 1.5 / 4, 0], (3, 1)))
