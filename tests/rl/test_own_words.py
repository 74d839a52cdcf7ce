"""Tuning in the seller's own words: a toy reward rises within seconds, exactly repeatable, kept with the model."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from outcome_rl.config import FinetuneConfig, SamplingConfig
from outcome_rl.events import Notice, RLEvaluation, RLStep
from outcome_rl.generation.emails import write_texts
from outcome_rl.policy.model import WritingModel, base_state, load_writing_model, save_policy
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.reward.interface import Scores
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.kl import kl_from_reference
from outcome_rl.rl.trainer_context import TrainerContext, write_emails
from outcome_rl.rl.trainer_state import RL, TrainerState
from outcome_rl.rl.tune_policy import tune_policy
from outcome_rl.rl.validation import FLAT_REWARD, Validation, is_flat
from tests.helpers.finetuning import NO_EMAILS, exhaust, notices, rewards, timeless
from tests.helpers.seller import own_words_policy, seller_emails

SELLER = seller_emails()
CONTEXTS = list(SELLER.contexts[:6])
SETTINGS = {
    "model": "tiny",
    "write": "own-words",
    "contexts_per_step": 2,
    "samples_per_context": 12,
    "micro_batch_size": 24,
    "learning_rate": 0.03,
    "kl_weight": 0.0,
    "checkpoint_minutes": 1000.0,
    "steps": 10,
}


class Likes:
    """An email with the words is worth 1, any other one nothing; ``spread`` is that of people's emails."""

    def __init__(self, words="on Tuesday", worth=1.0, spread=None):
        self.words, self.worth, self.spread = words, worth, spread

    def score(self, contexts, emails):
        own = np.array([self.worth * (self.words in email) for email in emails])
        zeros = np.zeros(len(emails))
        return Scores(np.full((len(emails), 3), 1 / 3), own, zeros, zeros + 1, None, self.spread)


def tuned(policy, folder, scorer=None, emails=NO_EMAILS, stop_after=None, resume=False, guard=(), **changes):
    """(events, outcome) of a fine-tune in own words."""
    seen = []
    work = tune_policy(
        FinetuneConfig(**{**SETTINGS, **changes}).resolved("own-words"),
        policy,
        scorer or Likes(),
        CONTEXTS,
        emails,
        folder,
        resume=load_checkpoint(folder) if resume else None,
        should_stop=lambda: stop_after is not None and len(seen) >= stop_after,
        validation=Validation(tuple(guard)) if guard else None,
    )
    return seen, exhaust(work, seen)


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_sentence_that_is_rewarded_is_chosen_more_often(causal_folder, tmp_path):
    events, outcome = tuned(own_words_policy(causal_folder), tmp_path)
    assert outcome.state.step == 10
    assert all(event.ended_share == 1.0 for event in events if isinstance(event, RLStep))
    found = rewards(events)
    assert found[0] < 0.75
    assert np.mean(found[-3:]) > 0.85, found


@pytest.mark.parametrize("stop_after", [1, 4])
def test_a_stopped_and_resumed_run_is_the_uninterrupted_one(models_folder, tmp_path, stop_after):
    good = SELLER.take([i for i, outcome in enumerate(SELLER.outcomes) if outcome][:16])
    options = {"steps": 3, "warm_start_epochs": 1, "kl_weight": 0.05, "emails": good}
    folder = models_folder / "gpt2"
    whole, end = tuned(own_words_policy(folder), tmp_path / "whole", **options)
    first, stopped = tuned(own_words_policy(folder), tmp_path / "cut", stop_after=stop_after, **options)
    second, resumed = tuned(own_words_policy(folder), tmp_path / "cut", resume=True, **options)
    assert stopped.stopped
    assert not resumed.stopped
    assert timeless([*first, *second]) == timeless(whole)
    assert resumed.kl == end.kl != 0
    ends = [load_checkpoint(tmp_path / name) for name in ("whole", "cut")]
    assert same(ends[0].adapter, ends[1].adapter)
    assert same(ends[0].warm_start, ends[1].warm_start)


def test_a_saved_model_writes_the_same_emails(causal_folder, tmp_path):
    policy = own_words_policy(causal_folder)
    policy.facts = "We have 4,321 customers."
    _, outcome = tuned(policy, tmp_path / "c", steps=4)
    save_policy(policy, outcome.warm_start, tmp_path / "out", {"base_model": policy.name, "write": "own-words"})
    wanted, sampling = SELLER.contexts[:8], SamplingConfig(temperature=1.0)

    def texts(writer):
        return write_texts(writer, wanted, sampling, 3)

    now = WritingModel("tuned", policy.tokenizer, policy.model, writing=policy.writing, base=policy.base)
    again, before = load_writing_model(tmp_path / "out"), load_writing_model(tmp_path / "out" / "warm_start")
    assert isinstance(again.writing, OwnWords)
    assert isinstance(before.writing, OwnWords)
    assert again.facts == before.facts == "We have 4,321 customers."
    assert texts(again) == texts(now)
    untuned = own_words_policy(causal_folder)
    fresh = WritingModel("base", untuned.tokenizer, untuned.model, writing=untuned.writing, base=untuned.base)
    assert texts(before) == texts(fresh) != texts(now)


def test_the_kl_from_an_untrained_model_needs_no_second_look_at_it(causal_folder, tmp_path):
    """Before any training the model adds nothing to the sentences' weights, so that these tell the reference."""
    policy = own_words_policy(causal_folder, disturbed=True)
    config = FinetuneConfig(**{**SETTINGS, "temperature": 0.6})
    training = TrainerContext(config, policy, TrainerState(phase=RL), tmp_path, lambda: False)
    training.warm_start = base_state(policy)
    written, rows = write_emails(training, CONTEXTS, range(6), 4, seed=1), torch.arange(24)
    by_weights = kl_from_reference(training, written, rows)
    training.state = TrainerState(phase=RL, warm_steps=1)
    torch.testing.assert_close(by_weights, kl_from_reference(training, written, rows), atol=1e-4, rtol=1e-3)
    assert by_weights.abs().min() > 0


# --- a reward that tells nothing apart -------------------------------------------------------------------------------


def scores(values, spread):
    zeros = np.zeros(len(values))
    return Scores(np.full((len(values), 3), 1 / 3), np.array(values), zeros, zeros + 1, None, spread)


@pytest.mark.parametrize(
    ("values", "spread", "flat"),
    [
        ([1.0, 1.0, 1.0], 0.5, True),
        ([1.0, 1.09, 1.0, 1.09], 0.5, True),  # a deviation of 0.045; a tenth of the people's is 0.05
        ([1.0, 1.2, 1.0, 1.2], 0.5, False),
        ([1.0, 1.0, 1.0], None, False),  # nobody knows the spread
        ([1.0], 0.5, False),
    ],
)
def test_a_reward_is_flat_where_it_hardly_differs(values, spread, flat):
    assert is_flat(scores(values, spread)) is flat


def test_a_flat_reward_ends_tuning_at_the_first_evaluation(models_folder, tmp_path):
    policy = own_words_policy(models_folder / "llama")
    flat = Likes("no such words", spread=0.5)
    events, outcome = tuned(policy, tmp_path, flat, guard=SELLER.contexts[6:30])
    assert [event.step for event in events if isinstance(event, RLEvaluation)] == [0]
    assert not rewards(events)
    assert (outcome.state.step, outcome.best_step, outcome.stopped) == (0, 0, False)
    assert FLAT_REWARD in notices(events)[-1]
    assert "--ignore-verdict" in notices(events)[-1]


@pytest.mark.parametrize(
    ("scorer", "changes"),
    [(Likes("no such words", spread=0.5), {"ignore_verdict": True}), (Likes(spread=0.5), {})],
)
def test_it_tunes_where_that_is_wanted_or_the_reward_differs(models_folder, tmp_path, scorer, changes):
    policy = own_words_policy(models_folder / "llama")
    events, outcome = tuned(policy, tmp_path, scorer, guard=SELLER.contexts[6:18], steps=1, **changes)
    assert outcome.state.step == 1
    assert not [event for event in events if isinstance(event, Notice) and FLAT_REWARD in event.message]
