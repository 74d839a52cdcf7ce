"""What the page says of a reward model: its figures, one email's judgement, and the lock on tuning."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace

import numpy as np
import pytest

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig, RewardConfig
from outcome_rl.errors import OutcomeRLError
from outcome_rl.flags import flags
from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.explain import SentenceEffect
from outcome_rl.reward.interface import Scores
from outcome_rl.runs.run import RUNNING
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui import words
from outcome_rl.ui.common import plots, verdicts
from outcome_rl.ui.common.datasets import SAMPLE, sample_data
from outcome_rl.ui.common.run_watcher import RunSnapshot
from outcome_rl.ui.common.run_words import describe
from outcome_rl.ui.finetune import results, tab
from outcome_rl.ui.reward import figures, opinion, panel
from outcome_rl.ui.words import example
from outcome_rl.ui.words import verdicts as verdict_words
from tests.helpers.reward_reports import cells, scores


@pytest.mark.parametrize(
    ("guessing", "baselines", "tone"),
    [
        (True, True, "good"),
        (True, "unclear", "caution"),
        (True, False, "caution"),
        ("unclear", "unclear", "bad"),
        (False, False, "bad"),
    ],
)
def test_the_verdict_is_coloured_by_how_far_it_carries(metrics, guessing, baselines, tone):
    found = verdicts.of_predictor(metrics | {"beats_guessing": guessing, "beats_baselines": baselines})
    assert f"orl-{tone}" in verdicts.card(found)
    assert bool(verdicts.distrust(metrics | {"beats_guessing": guessing})) is (guessing is not True)
    rough = metrics | {"beats_guessing": guessing, "tells_apart": True}
    assert (verdicts.of_predictor(rough) is verdict_words.PREDICTOR_ROUGH) is (guessing == "unclear")
    assert bool(verdicts.distrust(rough)) is (guessing is False)


def test_the_first_advice_to_a_predictor_that_guesses_is_what_it_had_too_few_of(metrics):
    guessing = metrics | {"beats_guessing": "unclear"}
    few = verdicts.of_predictor(guessing | {"outcomes": [836, 53, 11]})
    assert "of 900 only 64 were answered" in few.next
    assert few.words <= verdict_words.LONGEST
    for enough in ([836, 150, 50], None):
        assert verdicts.of_predictor(guessing | {"outcomes": enough}) is verdict_words.PREDICTOR_GUESSES


def test_a_second_opinion_is_missed_only_where_somebody_may_teach(metrics):
    missing = "There are too few different rows for an independent judge; x"
    view, page = RunSnapshot(), SimpleNamespace(workspace=Workspace("nowhere"))
    for guesses in (True, False):
        kept = metrics | {"beats_guessing": not guesses, "notices": [missing]}
        told = panel._result_updates(page, view, kept, [], stale=False)[1]
        assert ("second opinion" in told) is not guesses


def test_what_a_run_says_of_teaching_does_not_stand_beside_what_it_learned():
    said = ["There is no independent judge", "The time was over when 3 of 24 contexts were compared."]
    events = [ev.Notice(message=said[0]), ev.PhaseDone(phase="reward_model", result={}), ev.Notice(message=said[1])]
    assert panel._notices(RunSnapshot(events=tuple(events)), None) == said[:1]


def test_the_engines_own_verdict_stays_text(metrics):
    assert "&lt;b&gt;it&lt;/b&gt;" in panel.figure_updates(metrics)[0]


def test_the_table_has_everyone_the_model_is_held_against(metrics):
    found = cells(figures.table(metrics))
    assert found["Reward model"][1:3] == ["70.0%", "0.700"]
    assert found["95 % interval"][1:3] == ["60% – 80%", "0.60 – 0.80"]
    assert found["Always the usual outcome"] == ["✓ yes", "50.0%", "0.500", "0.500", "–", "–", "–", "0.500", "0.500"]
    assert found["Length alone"][0] == "? unclear"
    assert found["TF-IDF + logistic regression"][0] == "✗ no"
    assert found["Independent judge"][1] == "60.0%"
    assert set(found) >= {baseline.title[0].upper() + baseline.title[1:] for baseline in BASELINES.values()}


def test_without_a_judge_there_is_no_row_of_it(metrics):
    assert "judge" not in figures.table(metrics | {"judge": None}).lower().replace("judged", "")


def test_an_interval_may_be_missing(metrics):
    assert cells(figures.table(metrics | {"auc_reply_ci95": None}))["95 % interval"][-1] == "–"


def test_a_model_of_an_older_version_is_said_to_be_one():
    old = {"accuracy": 0.7, "verdict": "fine", "beats_baselines": True}
    assert verdicts.of_predictor(old) == words.verdicts.PREDICTOR_OUTDATED
    assert figures.table(old) == ""
    assert tab.lock_reason(old, ignored=True) == (words.teach.OUTDATED, True)


def test_every_state_of_the_model_fills_the_same_places(metrics):
    sizes = {len(panel.figure_updates(found)) for found in (None, {"accuracy": 0.7}, metrics)}
    assert sizes == {8}


def test_a_new_workspace_has_no_figures_and_is_locked(tmp_path):
    workspace = Workspace(tmp_path)
    page = SimpleNamespace(workspace=workspace, watcher=SimpleNamespace(snapshot=lambda kinds: RunSnapshot()))
    drawn = panel.refresh(page, None, None, 22)
    assert len(drawn) == 23
    assert "Learning from 600 emails should take between" in drawn[1], "the sample's"
    assert drawn[4:8] == [""] * 4, "no verdict on what is not there"
    assert drawn[8].visible is drawn[10].visible is False, "nor a way on, nor figures"
    again = panel.refresh(page, drawn[0], None, 22)
    assert len(again) == 23, "nothing new, nothing sent, as many places"


def test_a_model_of_other_data_than_those_in_use_is_said_to_be(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.uploads.mkdir(parents=True)
    own, sample = workspace.uploads / f"mine-{'a' * 16}.csv", sample_data()
    own.write_text("context,email_text,outcome\nA,B,1\n")
    page = SimpleNamespace(workspace=workspace)
    for learned, chosen, told in (
        (own, {"name": own.name}, ""),
        (sample, {"name": SAMPLE}, ""),
        (
            own,
            {"name": SAMPLE},
            "The predictor still knows only mine.csv. To use the sample data (made up), let it learn again.",
        ),
        (
            sample,
            {"name": own.name},
            "The predictor still knows only the sample data (made up). To use mine.csv, let it learn again.",
        ),
    ):
        run = SimpleNamespace(config=lambda learned=learned: {"data": str(learned)})
        found = panel._other_data(page, RunSnapshot(run=run, state="done"), chosen)
        assert "".join(found).endswith(told) if told else found == []
        assert panel._other_data(page, RunSnapshot(run=run, state="running"), chosen) == []


def test_dots_grow_by_area_beside_the_ideal_line(metrics):
    ideal, dots = plots.reliability(metrics["reliability"]).data
    assert ideal.x == ideal.y
    assert list(dots.x) == [0.5, 0.9]
    assert list(dots.y) == [0.4, 0.8]
    assert list(dots.marker.size) == [8 + 22 * 0.5, 30]  # a quarter of the predictions: half the width


@pytest.mark.parametrize(
    ("right", "words"), [(0.9, "as sure as it should be"), (0.6, "too sure of itself"), (1.0, "surer than it says")]
)
def test_reliability_in_words(right, words):
    said = figures.reliability_words([{"confidence": 0.9, "right": right, "rows": 10}], 0.05)
    assert words in said
    assert "error): 5.0%" in said


def test_members_share_the_whole(metrics):
    said = figures.members(metrics)
    assert re.findall(r"<b>(\d+%)</b>", said) == ["75%", "25%"]
    assert figures.members(metrics | {"members": {"words": {"weight": 0.0}}}) == ""


def test_each_fold_stands_beside_guessing():
    folds = [
        ev.RewardFold(fold=i, folds=10, log_loss=0.7 + i / 10, guessing_log_loss=1.1, accuracy=0.6, seconds=i)
        for i in (1, 2)
    ]
    figure = plots.fold_losses(folds)
    own, guessing = figure.data
    assert list(own.y) == pytest.approx([0.8, 0.9])
    assert list(guessing.y) == [1.1, 1.1]
    assert figure.layout.xaxis.range == (0.5, 10.5)
    shown = panel.curve_updates(RunSnapshot(events=tuple(folds)))
    assert [part.visible for part in shown] == [True, True, False]


def test_epochs_of_the_last_training_have_nothing_held_back():
    epochs = [
        ev.RewardEpoch(epoch=1, epochs=2, train_loss=1.0, validation_loss=1.1, validation_accuracy=0.4, seconds=1),
        ev.RewardEpoch(epoch=2, epochs=2, train_loss=0.8, validation_loss=None, validation_accuracy=None, seconds=2),
    ]
    assert plots.loss_curves(epochs).data[1].y == (1.1, None)
    assert [part.visible for part in panel.curve_updates(RunSnapshot(events=tuple(epochs)))] == [True, False, True]


def test_a_fold_in_words():
    fold = ev.RewardFold(
        fold=2, folds=10, log_loss=0.8, guessing_log_loss=1.1, accuracy=0.6, seconds=4, seconds_left=16
    )
    started = ev.Started(kind="train-reward", command="")
    run = SimpleNamespace(config=lambda: {"kind": "train-reward"}, name="one")
    words, share = describe(RunSnapshot(run=run, events=(started, fold), state=RUNNING))
    assert words.startswith("Learning and testing: part 2 of 10. Running for ")
    assert share == pytest.approx(0.7, abs=0.01), "the tests lie between 0.65 and 0.9 of the whole"


# --- one email ------------------------------------------------------------------------------------------------------


class Toy:
    """Expects more of longer texts."""

    reference, config = 0.25, RewardConfig()

    def score(self, contexts, emails) -> Scores:
        rewards = np.array([len(email) / 100 for email in emails])
        return Scores.sure(np.tile([0.5, 0.3, 0.2], (len(emails), 1)), rewards)


def test_an_email_is_held_against_the_users_own():
    said = opinion.figures(scores(), Toy(), [])
    found = dict(re.findall(r"<div><span>(.*?)</span><b>(.*?)</b></div>", said))
    assert found == {
        "Expected payoff": "+0.95",
        "Reward: doubts taken off": "+0.75",
        "Compared with your emails (+0.25)": "+0.50",
        "Reads like an email": "100%",
    }
    told = opinion.prediction(scores(), {"outcomes": [80, 10, 10], "beats_guessing": True, "beats_baselines": True})
    assert "Of 100 emails like this one, the predictor expects 80 to be answered, 50 of them with a conversion." in told
    assert "Of every 100 emails you sent, 20 were answered, 10 of them with a conversion." in told


def test_a_draft_in_the_example_is_held_against_the_invented_sellers_emails():
    figures = {"outcomes": [80, 10, 10], "beats_guessing": True}
    said = opinion.render_opinion(Toy(), figures, "someone", "Hello there.", example.OF_THE_SELLERS).shown
    assert (
        "the invented seller sent, 20 were answered, 10 of them with a conversion." in said and "you sent" not in said
    )


def test_an_opinion_that_is_not_trusted_shows_no_number():
    said = opinion.render_opinion(Toy(), {"beats_guessing": "unclear"}, "someone", "Hello there. You and I?").shown
    assert words.verdicts.UNTRUSTED_OPINION in said
    assert not re.search(r"\d", said)
    assert re.search(r"\d", opinion.render_opinion(Toy(), {"beats_guessing": True}, "someone", "Hello there.").shown)


def test_an_email_in_another_language_is_told_from_one_that_is_no_email():
    spanish = "Estimado señor García: le escribo porque muchas empresas pierden horas cada semana con los turnos."
    learned = {"beats_guessing": True, "language": "English"}
    told = words.opinion.OTHER_LANGUAGE.format(found="Spanish", learned="English")
    assert opinion.other_language(spanish, learned) == [told]
    assert told in opinion.render_opinion(Toy(), learned, "someone", spanish).shown
    assert opinion.other_language(spanish, {**learned, "language": "Spanish"}) == []
    assert opinion.other_language("Hello there, how is everything at the new site these days?", learned) == []
    assert opinion.other_language("Hola.", learned) == [], "too short to tell"
    assert opinion.other_language(spanish, {"beats_guessing": True}) == [], "an earlier version did not look"


def test_an_email_that_greets_somebody_else_is_told():
    email, recipient = "Hi Peter,\n\nShall we talk?", "Brindlow Rota | Megan Malik (operations director)"
    told = words.opinion.GREETS_SOMEBODY_ELSE.format(greeted="Peter", recipient="Megan Malik")
    assert opinion.wrong_name(recipient, email) == [told]
    assert "It greets Peter, but" in opinion.render_opinion(Toy(), {"beats_guessing": True}, recipient, email).shown
    assert opinion.wrong_name(recipient, email.replace("Peter", "Megan")) == []


def test_what_casts_doubt_on_it_is_said():
    payoffs = (-1.0, 0.5, 2.0)
    assert opinion.doubts_of(scores(belief=0.3), payoffs) == [words.opinion.HARDLY_AN_EMAIL]
    assert opinion.doubts_of(scores(disagreement=0.51), payoffs) == [words.opinion.DISAGREEMENT]
    assert opinion.doubts_of(scores(disagreement=0.49), payoffs) == []
    assert opinion.doubts_of(scores(disagreement=0.51), (-10.0, 0.0, 10.0)) == []


def test_strangers_text_stays_text():
    email = "Hi <script>alert(1)</script> {Tom}, `${x}` is here.\n\n<{}>\nA & B? Best,\nEve"
    said = opinion.render_opinion(Toy(), {"beats_guessing": True}, "someone", email).shown
    body = said.split('<div class="orl-body">')[1].split("</div></figure>")[0]
    plain = re.sub(r"<sup .*?</sup>|</?span.*?>", "", body)
    assert "<" not in plain
    assert "{" not in plain
    assert html.unescape(plain) == email


def test_sentences_are_coloured_by_their_sign_and_strength():
    effects = [SentenceEffect("One is.", 0.4), SentenceEffect("Two is.", -0.1), SentenceEffect("Three is.", 0.001)]
    said = opinion.explanation("One is. Two is. Three is.", effects).split("orl-body")[1]
    colours = re.findall(r'class="orl-effect"(?: style="background:rgba\((.*?)\)")?>(\w+)', said)
    assert colours == [(f"{opinion.RAISES},0.45", "One"), (f"{opinion.LOWERS},0.20", "Two"), ("", "Three")]
    assert re.findall('<sup role="img" aria-label="(.*?)">(.*?)</sup>', said) == [("helps", "▲"), ("hurts", "▼")]


def test_an_empty_email_is_explained():
    with pytest.raises(OutcomeRLError, match="no email to score"):
        opinion.require_text(" \n")
    assert opinion.explanation("...", []) == ""


# --- tuning and comparing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("guessing", "ignored", "locked", "word"),
    [
        (True, False, False, ""),
        ("unclear", False, True, "Ignore verdict"),
        (False, False, True, "Ignore verdict"),
        (False, True, False, "no better than guessing"),
    ],
)
def test_tuning_is_locked_until_the_verdict_is_good_or_ignored(metrics, guessing, ignored, locked, word):
    why, closed = tab.lock_reason(metrics | {"beats_guessing": guessing}, ignored)
    assert closed is locked
    assert bool(why) is bool(word)
    assert word in why


def test_tuning_needs_a_reward_model():
    assert tab.lock_reason(None, ignored=True) == (words.teach.LOCKED, True)


def test_ignoring_the_verdict_is_part_of_the_command():
    assert flags(FinetuneConfig(ignore_verdict=True)) == ["--ignore-verdict"]
    assert flags(FinetuneConfig()) == []


@pytest.fixture
def finished() -> dict:
    evaluation = {
        "base": {"reward_mean": -0.3},
        "warm_start": {"reward_mean": 0.1},
        "tuned": {"reward_mean": 0.5},
        "gain": 0.8,
        "gain_ci95": [0.6, 1.0],
        "win_rate": 0.9,
        "improved": True,
        "judge": {"base": -0.2, "warm_start": 0.0, "tuned": 0.3},
    }
    known = {"judge_before": -0.2, "judge_after": 0.3, "reward_of_own_emails": 0.25, "verdict_ignored": False}
    return {"evaluation": evaluation, "steps": 3, "completions": 96, "kl": 2.0, "model_dir": "out", **known}


def test_the_result_shows_the_judge_and_the_users_own_emails(finished):
    said = results.result_words(RunSnapshot(events=(ev.Finished(result=finished),)))
    assert cells(said) == {
        "": ["Mean reward", "Compared with your emails (+0.25)", "The independent judge's reward"],
        "Before teaching": ["-0.30", "-0.55", "-0.20"],
        "After reading, before practice": ["+0.10", "-0.15", "+0.00"],
        "After teaching": ["+0.50", "+0.25", "+0.30"],
    }
    assert words.verdicts.TAUGHT_BETTER.answer in said


def test_a_result_without_a_judge_has_no_column_for_it(finished):
    finished |= {"judge_before": None, "judge_after": None, "reward_of_own_emails": None}
    del finished["evaluation"]["judge"]
    said = results.result_words(RunSnapshot(events=(ev.Finished(result=finished),)))
    assert cells(said)["After teaching"] == ["+0.50"]


def test_where_the_verdict_was_ignored_there_is_no_figure(finished):
    said = results.result_words(RunSnapshot(events=(ev.Finished(result=finished | {"verdict_ignored": True}),)))
    assert words.verdicts.TAUGHT_BY_GUESSES.answer.replace("'", "&#x27;") in said
    assert "+0.50" not in said
