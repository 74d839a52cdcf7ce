"""Base against tuned, paired by context; gains worked by hand."""

from contextlib import nullcontext

import numpy as np
import pytest

from outcome_rl.config import SamplingConfig
from outcome_rl.evaluation.comparison import (
    Pacing,
    compare,
    comparison_figures,
    comparison_in_words,
    completed_contexts,
    paired_gain,
    write_parts,
)
from outcome_rl.events import Notice, Progress
from outcome_rl.policy.model import load_writing_model
from outcome_rl.reward.interface import Scores
from outcome_rl.text.checks import distinct_n

CONTEXTS = ["Customer: A.", "Customer: B.", "Customer: C.", "Customer: D."]
SHORT = SamplingConfig(max_new_tokens=12)


class LengthLover:
    """A toy reward model: longer emails convert."""

    def score(self, contexts, emails):
        share = np.array([min(1.0, len(email) / 100) for email in emails])
        probs = np.stack([1 - share, np.zeros(len(emails)), share], 1)
        return Scores.sure(probs, probs[:, 2])


def test_the_gain_is_the_mean_difference_of_the_contexts_means():
    base = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 1.0], [-1.0, 0.0]])
    tuned = np.array([[1.0, 1.0], [0.5, 0.5], [0.5, 0.5], [1.0, 1.0]])
    found = paired_gain(base, tuned)  # differences 0.5, 0, -0.5, 1.5
    assert found["gain"] == pytest.approx(1.5 / 4)
    assert found["win_rate"] == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    half = 3.1824 * np.std([0.5, 0, -0.5, 1.5], ddof=1) / 2  # Student's quantile with three degrees of freedom
    assert found["gain_ci95"] == pytest.approx([0.375 - half, 0.375 + half], abs=1e-4)


@pytest.mark.parametrize(
    ("differences", "improved", "wins"),
    [
        ([0.25] * 8, True, 1.0),
        ([-0.25] * 8, False, 0.0),
        ([1.0, -1.0] * 4, "unclear", 0.5),
        ([0.0] * 8, "unclear", 0.5),
    ],
)
def test_the_verdict_follows_the_interval(differences, improved, wins):
    base = np.linspace(-1, 1, 8)[:, None]
    found = paired_gain(base, base + np.array(differences)[:, None])
    assert found["improved"] == improved
    assert type(found["improved"]) is type(improved)
    assert found["win_rate"] == wins


def test_one_context_is_too_few_for_a_verdict():
    assert paired_gain(np.array([[0.0]]), np.array([[1.0]]))["improved"] == "unclear"


def test_pairing_sees_a_small_gain_among_contexts_that_differ_widely():
    base = np.array([[-5.0], [0.0], [5.0], [10.0], [-10.0], [3.0]])
    assert paired_gain(base, base + np.array([[0.2], [0.3], [0.2], [0.25], [0.3], [0.2]]))["improved"] is True


def test_distinct_word_pairs():
    assert distinct_n(["a b A b"]) == pytest.approx(2 / 3)  # ab, ba, ab
    assert distinct_n(["a b c", "a b d"]) == pytest.approx(3 / 4)  # ab, bc, ab, bd
    assert distinct_n(["a b c a", "a"], n=1) == pytest.approx(3 / 5)
    assert distinct_n(["one", ""]) == 0.0


@pytest.mark.parametrize(
    ("improved", "words"),
    [(True, "Only real outcomes can confirm it"), (False, "worse than the base"), ("unclear", "No clear improvement")],
)
def test_in_words(improved, words):
    told = comparison_in_words({"gain": 0.123, "gain_ci95": [-0.05, 0.3], "n": 24, "improved": improved})
    assert words in told
    assert "+0.12 (95 % interval -0.05 to +0.30) on 24 contexts" in told


@pytest.mark.parametrize(
    ("predicted", "advice"),
    [
        ({"no_reply": 24}, "More steps, more data or a better reward model may show one."),
        (None, "More steps or more data may show one."),
    ],
)
def test_no_better_reward_model_is_asked_of_a_reward_of_one_s_own(predicted, advice):
    gain = {"gain": 0.1, "gain_ci95": [-0.05, 0.3], "n": 24, "improved": "unclear"}
    assert comparison_in_words({**gain, "base": {"predicted": predicted}}).endswith(f"contexts. {advice}")


def run(work):
    seen = []
    while True:
        try:
            seen.append(next(work))
        except StopIteration as end:
            return seen, *end.value


def opened(models_folder, *names):
    return {
        name: lambda folder=folder: nullcontext(load_writing_model(models_folder / folder))
        for name, folder in zip(("base", "warm_start", "tuned"), names, strict=False)
    }


def test_a_model_compared_with_itself_gains_nothing(models_folder):
    models = opened(models_folder, "llama", "llama", "llama")
    events, result, emails = run(compare(models, CONTEXTS, LengthLover(), SHORT, 2))
    assert result["gain"] == result["gain_over_warm_start"] == 0.0
    assert result["improved"] == result["improved_over_warm_start"] == "unclear"
    assert (result["n"], result["samples_per_context"], result["win_rate"]) == (4, 2, 0.5)
    assert [(event.done, event.total) for event in events if isinstance(event, Progress)] == [(0, 12), (4, 12), (8, 12)]
    assert [email.model for email in emails] == ["base"] * 8 + ["warm_start"] * 8 + ["tuned"] * 8
    assert [email.context for email in emails[:8]] == [context for context in CONTEXTS for _ in range(2)]
    assert [email.email_text for email in emails[:8]] == [email.email_text for email in emails[16:]]


def test_the_figures_are_those_of_the_emails_that_come_with_them(models_folder):
    models = opened(models_folder, "llama", "gpt2")
    models["tuned"] = models.pop("warm_start")
    _, result, emails = run(compare(models, CONTEXTS, LengthLover(), SHORT, 3))
    rewards = np.array([email.reward for email in emails]).reshape(2, 4, 3)
    assert result["base"]["reward_mean"] == pytest.approx(rewards[0].mean())
    assert result["tuned"]["reward_mean"] == pytest.approx(rewards[1].mean())
    assert result["gain"] == pytest.approx(rewards[1].mean() - rewards[0].mean())
    assert "warm_start" not in result
    assert "gain_over_warm_start" not in result


def test_after_a_stop_there_is_no_result(models_folder):
    calls = []
    models = opened(models_folder, "llama", "llama", "llama")
    stop = lambda: bool(calls.append(1)) or len(calls) > 5  # noqa: E731
    events, result, emails = run(compare(models, CONTEXTS, LengthLover(), SHORT, 1, stop))
    assert (result, emails) == (None, [])
    assert len(events) == 1


class StopsDuring(LengthLover):
    """Asks for a stop while it scores for the so-manieth time."""

    def __init__(self, number):
        self.number = number

    def score(self, contexts, emails):
        self.number -= 1
        return super().score(contexts, emails)

    def stopped(self):
        return self.number <= 0


@pytest.mark.parametrize(("number", "whole"), [(2, False), (3, True)])
def test_a_stop_behind_the_last_email_loses_nothing(models_folder, number, whole):
    models, scorer = opened(models_folder, "llama", "llama", "llama"), StopsDuring(number)
    _, result, emails = run(compare(models, CONTEXTS, scorer, SHORT, 1, scorer.stopped))
    assert (result is not None, len(emails)) == (whole, 12 * whole)


class Limited:
    """A limit of 60 s, and a reward model that takes ``each`` of them for an email."""

    seconds = 60.0

    def __init__(self, each, slower=lambda now: 1.0):
        self.each, self.slower, self.now = each, slower, 0.0

    def left(self):
        return self.seconds - self.now

    def score(self, contexts, emails):
        for _ in emails:
            self.now += self.each * self.slower(self.now)
        return LengthLover().score(contexts, emails)


def test_after_a_stop_there_is_no_result_of_what_was_compared_before_it(models_folder):
    """The first contexts, which tell how long the others take, are whole by then."""
    models, scorer = opened(models_folder, "llama", "llama", "llama"), StopsDuring(5)
    many = [f"Customer {i}" for i in range(8)]
    events, result, emails = run(compare(models, many, scorer, SHORT, 1, scorer.stopped, limit=Limited(1.0)))
    assert (result, emails) == (None, [])
    assert not [event for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("limit", "contexts"),
    [
        (Limited(0.1), 40),
        (Limited(1.0), 20),
        (Limited(100.0), 2),
        # 2 + 4 contexts take 18 s; of the 12 that follow the second model's take too long, and all 12 are given up
        (Limited(1.0, lambda now: 4.0 if now >= 30 else 1.0), 6),
    ],
)
def test_contexts_are_compared_as_long_as_there_is_time(models_folder, limit, contexts):
    models = opened(models_folder, "llama", "llama", "llama")
    many = [f"Customer {i}" for i in range(40)]
    events, result, emails = run(compare(models, many, limit, SHORT, 1, limit=limit))
    assert result["n"] == contexts
    assert len(emails) == 3 * contexts
    left = [event.seconds_left for event in events if isinstance(event, Progress) and event.seconds_left is not None]
    assert all(0 <= seconds <= limit.seconds for seconds in left)
    said = [event.message for event in events if isinstance(event, Notice)]
    assert said == ([] if contexts == 40 else [f"The time was over when {contexts} of 40 contexts were compared."])


@pytest.mark.parametrize(
    ("each", "sizes"),
    [
        (0.0, [2, 4, 12, 2]),  # nobody knows; no part is more than twice all before it
        (1.0, [6, 12, 2]),  # a context takes three emails of a second, and three times as long would be in time
        (0.1, [8, 16, 16]),  # what was taken before may be wrong, so that the first are some at most
        (50.0, [2, 4, 12, 2]),
    ],
)
def test_the_parts_are_few_where_it_is_known_what_an_email_takes(models_folder, each, sizes):
    limit, found = Limited(1.0 if each != 0.1 else 0.1), []
    pacing = Pacing(limit, 40, 3 * each)
    while size := pacing.next_size(sum(found)):
        found.append(size)
        limit.score(["Customer: A."] * 3 * size, ["Hello."] * 3 * size)
    assert found == sizes


# --- in parts ---------------------------------------------------------------------------------------------------------


def test_writing_in_parts_writes_the_same(models_folder):
    models = opened(models_folder, "llama", "gpt2", "llama")
    found = {}
    order = []
    for part in write_parts(models, CONTEXTS, LengthLover(), SHORT, 2, at_once=3):
        order.append((part.model, len(part.emails)))
        found.setdefault(part.model, []).extend(part.emails)
    assert order == [(name, size) for size in (6, 2) for name in ("base", "warm_start", "tuned")]
    _, result, emails = run(compare(models, CONTEXTS, LengthLover(), SHORT, 2))
    assert [email for written in found.values() for email in written] == emails
    assert comparison_figures(found, 2) == result


def test_a_stop_drops_the_part_that_is_being_written(models_folder):
    models = opened(models_folder, "llama", "gpt2", "llama")
    stop, found = [], []
    for part in write_parts(models, CONTEXTS, LengthLover(), SHORT, 1, lambda: bool(stop), at_once=2):
        found.append(part)
        if len(found) == 4:
            stop.append(1)
    assert [(part.model, len(part.emails)) for part in found][-1] == ("base", 2)
    kept = completed_contexts({name: [e for p in found if p.model == name for e in p.emails] for name in models})
    assert [[email.context for email in emails] for emails in kept.values()] == [CONTEXTS[:2]] * 3
    assert completed_contexts({}) == {}
