"""The reward model of the library: trained, saved, loaded, asked; and a reward of one's own in its place."""

from __future__ import annotations

import json

import numpy as np
import pytest

import outcome_rl as orl
from outcome_rl.api.reward_model import as_rewards
from outcome_rl.errors import ConfigError, ModelError
from outcome_rl.utils.checksums import CHECKSUMS_FILE


def test_training_reports_what_it_does_and_how_good_it_got(trained):
    folds = [str(event) for event in trained.events if isinstance(event, orl.events.RewardFold)]
    assert [line.partition(":")[0] for line in folds] == ["fold 1/2", "fold 2/2"]
    report = trained.model.report
    assert report.to_dict() == json.loads((trained.folder / "metrics.json").read_text())
    assert (report.rows_total, report.repeats, report.folds) == (90, 1, 2)
    by_order = report.beats_guessing == "unclear" and report.tells_apart is True
    assert report.trusted is (report.beats_guessing is True or by_order)
    assert trained.model.folder == trained.folder


def test_emails_are_scored_for_their_contexts(trained):
    data = orl.read_emails(trained.csv)
    scores = trained.model.score(data.contexts[:4], data.emails[:4])
    assert scores.probs.shape == (4, 3)
    assert scores.probs.sum(1) == pytest.approx(np.ones(4))
    assert (scores.rewards <= scores.probs @ (-1.0, 0.5, 2.0) + 1e-9).all(), "caution only lowers it"
    assert scores.reference == trained.model.scoring.reference


def test_one_that_was_saved_elsewhere_scores_the_same(trained, tmp_path):
    trained.model.save(tmp_path / "copy")
    copy = orl.RewardModel.load(tmp_path / "copy")
    asked = (["Customer: A."] * 2, ["Would Tuesday suit you?", "Hello."])
    np.testing.assert_array_equal(copy.score(*asked).rewards, trained.model.score(*asked).rewards)
    assert copy.report == trained.model.report
    assert (copy.judge is None) == (trained.model.judge is None)


def test_without_a_folder_nothing_is_left_on_the_disk(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    model = orl.RewardModel.train(orl.read_emails(trained.csv), config=trained.config)
    assert model.folder is None
    assert list(tmp_path.iterdir()) == []
    asked = (["Customer: A."], ["Would Tuesday suit you?"])
    np.testing.assert_array_equal(model.score(*asked).rewards, trained.model.score(*asked).rewards)


@pytest.mark.parametrize(
    ("contexts", "emails", "said"),
    [
        (["A", "B"], ["one"], "2 contexts and 1 emails: each email needs its context"),
        ("A", ["one"], "contexts: is one text; give a list"),
        (["A"], "one", "emails: is one text; give a list"),
    ],
)
def test_what_cannot_be_scored_is_said(trained, contexts, emails, said):
    with pytest.raises(ConfigError, match=said):
        trained.model.score(contexts, emails)


def test_a_folder_without_a_model_is_said(tmp_path):
    with pytest.raises(ModelError, match="there is no reward model in"):
        orl.RewardModel.load(tmp_path)


def test_the_example_s_folder_loads_with_the_encoder_that_comes_with_the_program():
    model = orl.RewardModel.load(orl.sample_file("example/reward_model"))
    rows = orl.read_emails(orl.sample_file("one_seller.csv")).take(2)
    found = model.score(rows.contexts, rows.emails)
    assert found.probs.sum(1) == pytest.approx([1.0, 1.0])
    assert model.judge is None
    assert model.report.trusted


def test_a_folder_that_has_lost_its_encoder_says_so(trained, tmp_path):
    folder = tmp_path / "cut"
    trained.model.save(folder)
    for name in ("model.safetensors", CHECKSUMS_FILE):
        (folder / name).unlink()
    with pytest.raises(ModelError, match=r"lacks its encoder, model\.safetensors; train it again"):
        orl.RewardModel.load(folder)


# --- a reward of one's own --------------------------------------------------------------------------------------------


def test_a_function_gives_one_number_for_each_email():
    asked = []

    def longer(contexts, emails):
        asked.append((contexts, emails))
        return [len(email) for email in emails]

    scores = orl.RewardFunction(longer).score(("A", "B"), ("one", "three"))
    assert scores.rewards.tolist() == [3.0, 5.0]
    assert np.isnan(scores.probs).all()
    assert asked == [(["A", "B"], ["one", "three"])]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1.0], "strange: gave 1 numbers for 2 emails; a list of 2 numbers, one for each email, is needed"),
        ([[1.0], [2.0]], "strange: gave 2x1 numbers for 2 emails"),
        (3.0, "strange: gave the single number 3 for 2 emails; a list of 2 numbers"),
        ([1.0, float("nan")], "strange: gave nan for email 1; rewards have to be finite"),
        (["good", "bad"], "strange: did not give a number for each email"),
        (
            None,
            r"strange: gave nothing \(None\); a list of 2 numbers, .* is needed: does it end with 'return rewards'\?",
        ),
    ],
)
def test_a_function_that_gives_something_else_is_named(given, said):
    def strange(contexts, emails):
        return given

    with pytest.raises(ConfigError, match=said):
        orl.RewardFunction(strange).score(["A", "B"], ["one", "two"])


def test_a_function_that_is_cached_is_asked_about_each_email_for_a_context_once():
    asked = []

    def dear(contexts, emails):
        asked.extend(zip(contexts, emails, strict=True))
        return [float(len(context) + 10 * len(email)) for context, email in zip(contexts, emails, strict=True)]

    scorer = orl.RewardFunction(dear, cached=True)
    assert scorer.score(["A", "A", "BB"], ["one", "one", "one"]).rewards.tolist() == [31.0, 31.0, 32.0]
    assert scorer.score(["BB", "A"], ["one", "four"]).rewards.tolist() == [32.0, 41.0]
    assert scorer.score(["A"], ["one"]).rewards.tolist() == [31.0]
    assert asked == [("A", "one"), ("BB", "one"), ("A", "four")]
    plain = orl.RewardFunction(dear)
    assert plain.score(["A", "A"], ["one", "one"]).rewards.tolist() == [31.0, 31.0]
    assert len(asked) == 5, "asked about each"


def test_a_function_is_never_asked_about_nothing():
    scorer = orl.RewardFunction(lambda contexts, emails: [1 / len(emails)])
    assert scorer.score([], []).rewards.shape == (0,)


@pytest.mark.parametrize("stated", [0, float("nan"), "3"])
def test_a_range_that_is_no_number_above_0_is_refused_at_once(stated):
    with pytest.raises(ConfigError, match=r"reward_range: .* is not a number above 0"):
        orl.RewardFunction(len, reward_range=stated)
    own = Liked()
    own.reward_range = stated
    with pytest.raises(ConfigError, match=r"reward_range: .* is not a number above 0"):
        as_rewards(own)


def test_what_a_function_raises_is_not_hidden():
    def broken(contexts, emails):
        return {}["reward"]

    with pytest.raises(KeyError, match="reward"):
        orl.RewardFunction(broken).score(["A"], ["one"])


class Liked:
    """Likes everything by 1."""

    def score(self, contexts, emails):
        return orl.Scores.sure(np.full((len(emails), 3), 1 / 3), np.ones(len(emails)))


def test_whatever_can_score_may_score(trained):
    own = Liked()
    assert as_rewards(own).scorer is own
    assert (as_rewards(own).trusted, as_rewards(own).judge, as_rewards(own).source) == (True, None, "Liked")
    found = as_rewards(trained.model, judge=own)
    assert (found.scorer, found.judge) == (trained.model.scoring, own)
    assert (found.trusted, found.source) == (trained.model.report.trusted, str(trained.folder))
    assert as_rewards(trained.folder).source == str(trained.folder)


def test_only_a_reward_model_and_its_own_judge_are_known_to_count_in_one_unit(trained):
    assert trained.model.judge is not None
    assert as_rewards(trained.model).one_unit
    assert not as_rewards(trained.model, judge=Liked()).one_unit
    assert not as_rewards(Liked(), judge=trained.model).one_unit
    assert not as_rewards(Liked()).one_unit


def test_what_cannot_score_is_said():
    with pytest.raises(ConfigError, match="reward_model: int cannot score; give a reward model, its folder, or"):
        as_rewards(3)
