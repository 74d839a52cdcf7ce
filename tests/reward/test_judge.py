"""The independent judge: other rows, figures of its own, trees like scikit-learn's."""

import numpy as np
import pytest

from outcome_rl.reward.serialization import load_judge
from tests.helpers.telling_emails import plain_data


def test_the_judge_sees_other_rows_and_has_figures_of_its_own(made):
    folder, result = made
    assert result["rows_judge"] + result["rows_train"] == result["rows_total"] == 240
    assert result["rows_judge"] == result["judge"]["rows"] == pytest.approx(48, abs=3)
    assert result["judge"]["accuracy"] > 0.8
    judge = load_judge(folder)
    scores = judge.score(["Customer: someone."] * 2, ["yes please today a b c", "no thanks never a b c"])
    assert scores.rewards[0] > 1 > -0.3 > scores.rewards[1]
    np.testing.assert_allclose(scores.probs.sum(1), 1.0)


def test_the_judges_trees_say_what_scikit_learns_do(made):
    from sklearn.ensemble import ExtraTreesClassifier

    from outcome_rl.reward.judge import FEWEST_IN_LEAF, TREES, train_judge

    judge = load_judge(made[0])
    data = plain_data(80)
    mine = train_judge(judge.config, judge.context_words, data.contexts, data.emails, data.outcomes)
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=FEWEST_IN_LEAF, random_state=judge.config.seed)
    inputs = mine._inputs(data.contexts, data.emails)
    forest.fit(inputs, data.outcomes)
    np.testing.assert_allclose(mine.score(data.contexts, data.emails).probs, forest.predict_proba(inputs))
