"""Tuning under the guard keeps the best step, ends in time and resumes exactly."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from outcome_rl.cli.display import event_line
from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.events import CheckpointSaved, Notice, RLEvaluation, RLStep
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.reward.interface import Scores
from outcome_rl.rl import validation
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.early_stopping import EarlyStoppingState
from outcome_rl.rl.time_budget import TimeBudget
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.rl.tune_policy import tune_policy
from outcome_rl.rl.validation import Validation
from tests.helpers.marks import slow

CONTEXTS = [f"Customer: role {i} at a firm." for i in range(6)]
GUARDING = tuple(f"Customer: guard {i}." for i in range(24))
GOOD = EmailData(
    tuple(CONTEXTS), tuple(f"Hello, can we talk about item {i}?" for i in range(6)), (2,) * 6, tuple(range(6))
)
TINY = {
    "model": "tiny",
    "contexts_per_step": 3,
    "samples_per_context": 8,
    "micro_batch_size": 24,
    "max_new_tokens": 8,
    "lora_rank": 8,
    "learning_rate": 0.02,
    "unfinished_penalty": 0.0,
    "kl_weight": 0.0,
    "warm_start_epochs": 0,
    "checkpoint_minutes": 0.0,
    "evaluate_every": 2,
    "kl_budget": 10_000.0,
    "variety_weight": 0.0,
    "least_variety": 0.0,
}


class Letters:
    """A toy opinion: the share of an email's characters that are letters from a to m, times ``sign``."""

    def __init__(self, sign=1):
        self.sign = sign

    def score(self, contexts, emails):
        share = np.array([sum("a" <= letter <= "m" for letter in email) / max(1, len(email)) for email in emails])
        return Scores.sure(np.stack([1 - share, 0 * share, share], 1), self.sign * share)


def tuned(
    models_folder,
    folder,
    judge=None,
    guard=GUARDING,
    stop=lambda seen: False,
    resume=False,
    budget=None,
    together=False,
    **changes,
):
    """(events, outcome, policy) of a fine-tune; ``stop`` sees the events so far."""
    config = FinetuneConfig(**{**TINY, **changes})
    policy = load_policy(
        ModelLocation("tiny", models_folder / "llama", "folder"), config.lora_rank, config.seed, torch.float32
    )
    seen = []
    work = tune_policy(
        config, policy, Letters(), CONTEXTS, GOOD, folder / "checkpoint", budget,
        resume=load_checkpoint(folder / "checkpoint") if resume else None,
        should_stop=lambda: stop(seen),
        validation=Validation(guard, judge, together) if guard else None,
    )  # fmt: skip
    while True:
        try:
            seen.append(next(work))
        except StopIteration as end:
            return seen, end.value, policy


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_time_that_the_comparison_needs_is_not_given_to_a_step(models_folder, tmp_path):
    plenty = TimeBudget(seconds=3600.0, compared=10**10, enough=7200.0)  # so much that the first evaluation uses it up
    events, outcome, _ = tuned(models_folder, tmp_path, Letters(-1), steps=4, budget=plenty)
    assert outcome.state.step == 0
    assert of(RLStep, events) == []
    assert outcome.too_short.startswith("The time was over before the first RL step, so nothing was tuned. About ")
    assert outcome.too_short.endswith(" minutes would hold 5 steps on this machine.")
    events, outcome, _ = tuned(
        models_folder, tmp_path / "b", Letters(-1), steps=4, budget=TimeBudget(3600.0, 1.0, 72, 24)
    )
    assert outcome.state.step == 4, "planned steps end it where there is time"
    assert of(RLStep, events)[-1].seconds_left >= 0.5, "the comparison is still to come"


def test_a_judge_that_sees_it_fall_ends_it_and_gets_an_early_step_back(models_folder, tmp_path):
    options = {"samples_per_context": 16, "micro_batch_size": 48, "patience": 4}
    events, outcome, policy = tuned(models_folder, tmp_path, Letters(-1), steps=40, **options)
    judged = of(RLEvaluation, events)
    assert judged[-1].judge_mean < judged[0].judge_mean < 0 < judged[0].reward_mean < judged[-1].reward_mean
    assert all(event.independent for event in judged)
    assert outcome.state.early_stopping.stopped_because
    assert outcome.state.step < 40
    assert "ended" in of(Notice, events)[-1].message
    kept = load_checkpoint(tmp_path / "checkpoint")
    assert outcome.best_step == max(event.step for event in judged if event.best)
    assert same(policy.adapter.state(), kept.best)
    assert not same(kept.adapter, kept.best)


def test_where_judge_and_reward_have_one_unit_both_decide(models_folder, tmp_path):
    indifferent, options = Letters(0), {"steps": 16, "patience": 99}
    assert tuned(models_folder, tmp_path / "alone", indifferent, **options)[1].best_step == 0
    events, outcome, _ = tuned(models_folder, tmp_path / "both", indifferent, together=True, **options)
    liked = max(of(RLEvaluation, events), key=lambda event: event.reward_mean)
    assert outcome.best_step == liked.step > 0
    assert tuned(models_folder, tmp_path / "c", Letters(-0.1), together=True, **options)[1].best_step == 0


def test_where_no_step_is_better_the_warm_start_comes_back(models_folder, tmp_path):
    class Falling(Letters):
        said = 0.0

        def score(self, contexts, emails):
            self.said -= 1.0
            return Scores.sure(np.full((len(emails), 3), 1 / 3), np.full(len(emails), self.said))

    events, outcome, policy = tuned(models_folder, tmp_path, Falling(), steps=40, patience=2, warm_start_epochs=1)
    assert [event.step for event in of(RLEvaluation, events)] == [0, 2, 4]
    assert (outcome.best_step, outcome.kl, outcome.state.step) == (0, 0.0, 4)
    assert same(policy.adapter.state(), outcome.warm_start)
    assert "the tuned model is the warm start" in of(Notice, events)[-1].message


def test_the_best_step_comes_back_and_writes_what_it_wrote(models_folder, tmp_path):
    events, outcome, policy = tuned(models_folder, tmp_path, Letters(), steps=12)
    judged = of(RLEvaluation, events)
    assert [event.step for event in judged] == [0, 2, 4, 6, 8, 10, 12]
    best = max(judged, key=lambda event: event.judge_mean)
    assert outcome.best_step == best.step > 0
    assert outcome.kl == best.kl > 0
    assert outcome.state.early_stopping.stopped_because is None
    again = tuned(models_folder, tmp_path / "again", Letters(), steps=best.step)[2]
    assert same(policy.adapter.state(), again.adapter.state())


def test_it_changes_nothing_but_what_is_kept(models_folder, tmp_path):
    with_guard = tuned(models_folder, tmp_path / "with", Letters(), steps=5)
    without = tuned(models_folder, tmp_path / "without", guard=None, steps=5)
    assert [e.sample_1_email for e in of(RLStep, with_guard[0])] == [e.sample_1_email for e in of(RLStep, without[0])]
    ends = [load_checkpoint(tmp_path / name / "checkpoint").adapter for name in ("with", "without")]
    assert same(*ends)
    assert same(without[2].adapter.state(), ends[0])
    assert (without[1].best_step, without[1].kl) == (5, of(RLStep, without[0])[-1].kl)
    assert not of(RLEvaluation, without[0])


def test_an_evaluation_tells_the_same_contexts_each_time(models_folder, tmp_path):
    events, _, _ = tuned(models_folder, tmp_path, Letters(-1), steps=3)
    judged = of(RLEvaluation, events)
    assert [event.step for event in judged] == [0, 2, 3]  # the last step is judged too
    for event in judged:
        assert (event.sample_1_context, event.sample_2_context, event.sample_3_context) == GUARDING[:3]
        opinion = Letters(-1).score([""], [event.sample_2_email]).rewards[0]
        assert event.sample_2_judge == pytest.approx(opinion)
        assert event.judge_low <= event.judge_mean <= event.judge_high
        assert event.contexts == 24
        assert 0 < event.length_mean <= 8
    assert judged[0].kl == 0 < judged[-1].kl
    assert judged[0].sample_1_email != judged[-1].sample_1_email


LATER = EarlyStoppingState(step=4, contexts=5)


@pytest.mark.parametrize(
    ("before", "budget", "count", "untaught", "write", "took", "left"),
    [
        pytest.param(EarlyStoppingState(), None, 16, True, "own-words", 4.0, 12.0, id="the first, without a limit"),
        # of 70 s 4 are over after 4 contexts and 3 are the checkpoint's; 5 steps of 8 emails take 1.3 s for each, and n
        # contexts n - 4 s more, and n s once more at the end
        pytest.param(EarlyStoppingState(), TimeBudget(70.0), 7, False, "own-words", 7.0, 0.0, id="the first"),
        pytest.param(EarlyStoppingState(), TimeBudget(70.0), 7, True, "own-words", 4.0, 3.0, id="the first, not read"),
        pytest.param(EarlyStoppingState(), TimeBudget(70.0), 7, True, "free", 7.0, 0.0, id="the first, freely written"),
        pytest.param(LATER, TimeBudget(70.0), 5, True, "own-words", 5.0, 0.0, id="a later one, of which KL is asked"),
        pytest.param(LATER, None, 5, False, "free", 5.0, 0.0, id="later, no limit"),
        pytest.param(
            replace(LATER, contexts=0), TimeBudget(70.0), 16, False, "free", 16.0, 0.0, id="an old checkpoint"
        ),
    ],
)
def test_the_first_evaluation_finds_out_how_many_contexts_all_have(
    monkeypatch, before, budget, count, untaught, write, took, left
):
    contexts, clock = GUARDING[:16], [0.0]

    def written(training, found, numbers, unread):
        clock[0] += 0 if unread and write == "own-words" else len(numbers)  # a second for each that is read
        return Texts([found[n] for n in numbers])

    monkeypatch.setattr(validation, "_emails_of", written)
    monkeypatch.setattr(validation, "Written", Texts)
    training = SimpleNamespace(
        config=FinetuneConfig(contexts_per_step=2, samples_per_context=4), budget=budget,
        state=TrainerState(step=before.step or 0, early_stopping=before), elapsed=lambda: clock[0],
        policy=SimpleNamespace(untaught=untaught, writing=SimpleNamespace(name=write)),
    )  # fmt: skip
    found, written, unread = validation._validation_emails(training, Validation(contexts), Letters())
    assert list(found) == written.texts == list(contexts[:count])
    assert (clock[0], unread) == (took, left), "what the next one takes is reckoned from the first four contexts"


class Texts:
    """What is written, of which nothing but the texts is asked."""

    def __init__(self, texts):
        self.texts = texts

    @staticmethod
    def joined(parts):
        return Texts([text for part in parts for text in part.texts])


def test_the_kl_budget_ends_it(models_folder, tmp_path):
    events, outcome, _ = tuned(models_folder, tmp_path, Letters(), steps=40, kl_budget=1.0)
    judged = of(RLEvaluation, events)
    assert judged[-1].kl > 1.0
    assert all(event.kl <= 1.0 for event in judged[:-1])
    assert "over the budget of 1" in outcome.state.early_stopping.stopped_because
    assert outcome.kl <= 1.0
    assert outcome.best_step < outcome.state.step < 40


def test_no_judge_is_said_once_and_the_reward_model_stands_in(models_folder, tmp_path):
    events, _, _ = tuned(models_folder, tmp_path, None, steps=4)
    assert ["no independent judge" in event.message for event in of(Notice, events)] == [True]
    assert all(event.judge_mean == event.reward_mean and not event.independent for event in of(RLEvaluation, events))


@pytest.mark.parametrize("independent", [True, False])
def test_an_evaluation_is_a_line_of_progress(independent):
    samples = {f"sample_{i}_{part}": None for i in (1, 2, 3) for part in ("context", "email", "judge")}
    figures = {"judge_mean": 0.314, "judge_low": 0.1, "judge_high": 0.52, "reward_mean": -0.2, "kl": 3.14}
    rest = {"contexts": 8, "distinct_2": 0.87, "length_mean": 50.0, "best": independent, "seconds": 2.0}
    line = event_line(RLEvaluation(step=5, independent=independent, **figures, **rest, **samples))
    told = "+0.31 (+0.10 to +0.52), reward -0.20, KL 3.1, distinct pairs 87%"
    who, best = ("judge", ", the best so far") if independent else ("reward model (no judge)", "")
    assert line == f"evaluation at step 5: {who} {told}{best}"


def test_one_context_is_enough(models_folder, tmp_path):
    events, outcome, _ = tuned(models_folder, tmp_path, Letters(), guard=GUARDING[:1], steps=2)
    event = of(RLEvaluation, events)[-1]
    assert event.judge_low == event.judge_mean == event.judge_high == event.sample_1_judge
    assert event.sample_2_context is event.sample_2_email is event.sample_2_judge is None
    assert outcome.state.step == 2


def test_how_many_are_written_at_once_changes_nothing(models_folder, tmp_path):
    many = tuple(f"Customer: guard {i}." for i in range(70))
    sizes = [{"contexts_per_step": each, "micro_batch_size": 10 * each} for each in (3, 9)]  # 24 and 72 emails at once
    told = [
        of(RLEvaluation, tuned(models_folder, tmp_path / str(i), Letters(), guard=many, steps=1, **size)[0])[0]
        for i, size in enumerate(sizes)
    ]
    assert told[0].contexts == 70
    assert timeless(told[:1]) == timeless(told[1:])


# --- stopping and resuming --------------------------------------------------------------------------------------------


def test_a_stop_gives_the_best_so_far_and_the_checkpoint_goes_on_from_the_last(models_folder, tmp_path):
    stop = lambda seen: len(of(RLStep, seen)) == 3  # noqa: E731
    events, outcome, policy = tuned(models_folder, tmp_path, Letters(), stop=stop, steps=20)
    assert outcome.stopped
    best = [event.step for event in of(RLEvaluation, events) if event.best][-1]
    kept = load_checkpoint(tmp_path / "checkpoint")
    assert (outcome.best_step, kept.state.step) == (best, 3)
    assert same(policy.adapter.state(), kept.best)
    assert not same(kept.adapter, kept.best)


def timeless(events):
    """What happened, without clocks and checkpoints; of steps told twice the later one."""
    clocks = {"time": "", "seconds": 0.0}
    told = {}
    for event in events:
        if isinstance(event, RLStep):
            told["step", event.step] = replace(event, **clocks, seconds_left=None, tokens_per_second=0.0)
        elif isinstance(event, RLEvaluation):
            told["evaluation", event.step] = replace(event, **clocks)
        elif not isinstance(event, CheckpointSaved):
            told[event.__class__, getattr(event, "message", "")] = replace(event, time="")
    return [event for event in told.values() if isinstance(event, (RLStep, RLEvaluation))]


def unclocked(checkpoint):
    return replace(checkpoint.state.early_stopping, evaluation_seconds=0.0, evaluated_at=0.0)


@pytest.mark.parametrize("calls", [slow(1), 15, slow(35), 66, slow(110), 128, slow(160)])
def test_a_stopped_and_resumed_run_decides_as_the_uninterrupted_one(models_folder, tmp_path, calls):
    options = {"judge": Letters(-1), "steps": 12, "patience": 2}
    whole, end, policy = tuned(models_folder, tmp_path / "whole", **options)
    assert end.state.early_stopping.stopped_because
    asked = []
    stop = lambda _: bool(asked.append(1)) or len(asked) >= calls  # noqa: E731
    first, stopped, _ = tuned(models_folder, tmp_path / "cut", stop=stop, **options)
    second, resumed, other = tuned(models_folder, tmp_path / "cut", resume=True, **options)
    assert stopped.stopped
    assert not resumed.stopped
    assert timeless([*first, *second]) == timeless(whole)
    ends = [load_checkpoint(tmp_path / name / "checkpoint") for name in ("whole", "cut")]
    assert unclocked(ends[0]) == unclocked(ends[1])
    assert same(ends[0].best, ends[1].best)
    assert same(ends[0].adapter, ends[1].adapter)
    assert same(policy.adapter.state(), other.adapter.state())


def test_a_run_that_the_guard_has_ended_does_not_go_on_when_resumed(models_folder, tmp_path):
    options = {"judge": Letters(-1), "steps": 40, "patience": 2}
    _, end, policy = tuned(models_folder, tmp_path, **options)
    events, again, other = tuned(models_folder, tmp_path, resume=True, **options)
    assert of(RLStep, events) == of(RLEvaluation, events) == []
    assert again.state.early_stopping == end.state.early_stopping
    assert same(policy.adapter.state(), other.adapter.state())
