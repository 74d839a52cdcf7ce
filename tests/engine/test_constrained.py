"""Texts put together from given parts: the distribution over them is exact, and no text depends on its neighbours."""

import math
from collections import Counter
from itertools import count, pairwise

import pytest
import torch

from outcome_rl.engine import constrained
from outcome_rl.engine.constrained import _draw, follow
from outcome_rl.engine.prefix_tree import prefix_tree
from tests.helpers.scripts import EOS, SHORT, STORY, WAYS, Levels, drawn, plain_path, policy_of

MANY = 300


@pytest.fixture
def policy(causal_folder):
    return policy_of(causal_folder)


@pytest.fixture
def fresh(causal_folder):
    """A policy that nothing has tuned yet."""
    return policy_of(causal_folder, spread=0.0)


def ways_of(batch, scripts):
    """Each way with the log-probability of its text; one number for all texts that take it."""
    found = {}
    for script, log_prob in zip(scripts, batch.log_probs.sum(1).tolist(), strict=True):
        assert found.setdefault(script.taken, log_prob) == pytest.approx(log_prob, abs=1e-4)
    return found


def by_weights(script=STORY):
    """The probability of each way by the weights alone."""
    found = {(): 1.0}
    for level in script.levels:
        whole = sum(math.exp(weight) for _, weight in level)
        found = {
            (*way, i): share * math.exp(weight) / whole
            for way, share in found.items()
            for i, (_, weight) in enumerate(level)
        }
    return found


# --- the distribution -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_base", [True, False])
def test_the_probabilities_of_all_ways_sum_up_to_one(policy, with_base):
    batch, scripts = drawn(policy, [STORY], MANY, policy.base if with_base else None, temperature=3.0)
    found = ways_of(batch, scripts)
    assert set(found) == set(WAYS)
    assert sum(map(math.exp, found.values())) == pytest.approx(1.0, abs=1e-4)
    seen = Counter(script.taken for script in scripts)
    for way, log_prob in found.items():
        assert seen[way] / MANY == pytest.approx(math.exp(log_prob), abs=0.1)


def test_what_tuning_has_changed_shows(policy, fresh):
    tuned, plain = (ways_of(*drawn(own, [STORY], MANY, own.base)) for own in (policy, fresh))
    assert max(abs(tuned[way] - plain[way]) for way in WAYS) > 0.05


def test_a_policy_that_nothing_has_tuned_follows_the_weights(fresh):
    found = ways_of(*drawn(fresh, [STORY], MANY, fresh.base))
    for way, share in by_weights().items():
        assert math.exp(found[way]) == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("how", [{"temperature": 0.7}, {"temperature": 0.0}, {"numbers": range(1, 2)}])
def test_a_policy_that_nothing_has_tuned_need_not_read_what_it_writes(fresh, monkeypatch, how):
    read, scripts = drawn(fresh, [STORY, SHORT], 20, fresh.base, **how)
    monkeypatch.setattr(constrained, "has_fast_path", lambda model: None)
    monkeypatch.setattr(type(fresh.model), "forward", None)  # neither this way nor
    monkeypatch.setattr("outcome_rl.engine.decoding_beside_base.Packing", None)  # that
    unread, same = drawn(fresh, [STORY, SHORT], 20, fresh.base, **how, untaught=True)
    assert [script.taken for script in same] == [script.taken for script in scripts]
    assert torch.equal(unread.tokens, read.tokens)
    torch.testing.assert_close(unread.log_probs, read.log_probs, atol=1e-6, rtol=1e-6)
    assert unread.trunk is None, "there is nothing to learn from"


def test_the_temperature_sharpens_the_weights_too(fresh):
    batch, scripts = drawn(fresh, [SHORT], MANY, fresh.base, temperature=0.5)
    whole = sum(math.exp(2 * weight) for _, weight in SHORT.levels[0])
    for way, log_prob in ways_of(batch, scripts).items():
        assert math.exp(log_prob) == pytest.approx(math.exp(2 * SHORT.levels[0][way[0]][1]) / whole, abs=1e-5)


def test_at_temperature_0_the_likeliest_branch_is_taken(fresh):
    batch, scripts = drawn(fresh, [STORY], 4, fresh.base, temperature=0.0)
    # 20 weighs 1.65, the two that begin with 11 together 1.37
    assert {script.taken for script in scripts} == {(2, 0, 1)}
    assert batch.completions() == [[20, 30, 31, 41, 42]] * 4


@pytest.mark.parametrize("with_base", [True, False])
def test_the_models_own_forward_pass_draws_the_same(policy, with_base):
    scripts = [STORY, SHORT, STORY]
    fast, texts = drawn(policy, scripts, 8, policy.base if with_base else None)
    with plain_path(policy) as base:
        plain, same = drawn(policy, scripts, 8, base if with_base else None)
    assert texts == same
    assert fast.tokens.equal(plain.tokens)
    torch.testing.assert_close(fast.log_probs, plain.log_probs, atol=1e-4, rtol=1e-4)
    assert fast.trunk is None if not with_base else len(fast.trunk) == 24
    assert plain.trunk is None


# --- texts do not depend on each other --------------------------------------------------------------------------------


def test_a_text_is_the_same_whatever_is_written_beside_it(policy):
    scripts = [SHORT, STORY, SHORT]  # the short ones leave the batch first, and it closes up
    whole, texts = drawn(policy, scripts, 6, policy.base)
    for number in range(3):
        alone, own = drawn(policy, scripts, 6, policy.base, numbers=range(number, number + 1))
        rows = slice(6 * number, 6 * number + 6)
        assert own == texts[rows]
        assert alone.completions() == whole.completions()[rows]
        width = alone.tokens.shape[1]
        torch.testing.assert_close(alone.log_probs, whole.log_probs[rows, :width], atol=1e-4, rtol=1e-4)


def test_several_workers_write_the_same(policy, monkeypatch):
    whole, texts = drawn(policy, [STORY, SHORT, STORY], 5, policy.base)
    monkeypatch.setattr(constrained, "count_workers", lambda items, least: 2)
    parted, same = drawn(policy, [STORY, SHORT, STORY], 5, policy.base)
    assert texts == same
    assert whole.tokens.equal(parted.tokens)
    torch.testing.assert_close(whole.log_probs, parted.log_probs, atol=1e-4, rtol=1e-4)
    assert whole.decisions.rows.equal(parted.decisions.rows)


def test_the_seed_decides(policy):
    first, again, other = (drawn(policy, [STORY, SHORT], 12, policy.base, seed)[0] for seed in (1, 1, 2))
    assert first.tokens.equal(again.tokens)
    assert first.log_probs.equal(again.log_probs)
    assert first.completions() != other.completions()


def test_a_text_with_more_decisions_than_numbers_takes_these_again(fresh, monkeypatch):
    monkeypatch.setattr(constrained, "MOST_DECISIONS", 2)
    coin = (((7,), 0.0), ((8,), 0.0))
    _, scripts = drawn(fresh, [Levels((coin,) * 6)], 8, fresh.base)
    assert all(script.taken == script.taken[:2] * 3 for script in scripts)
    assert len({script.taken for script in scripts}) > 1


# --- breaking off, being watched --------------------------------------------------------------------------------------


def test_texts_stay_incomplete_after_a_stop(policy):
    calls = count()
    batch, scripts = drawn(policy, [STORY, SHORT], 4, policy.base, keep_going=lambda: next(calls) < 1)
    assert batch.ended.tolist() == [not script.options for script in scripts]
    assert batch.ended[4:].all(), "one decision was all that the short ones needed"
    assert not batch.ended[:4].any()
    assert all(EOS not in row for row in batch.completions())
    assert batch.chosen().sum(1).tolist() == [1] * 8


def test_who_watches_sees_the_texts_grow(policy):
    shown = []
    _, scripts = drawn(policy, [STORY], 3, policy.base, on_progress=lambda so_far: shown.append(list(so_far)))
    assert shown[-1] == scripts
    for before, after in pairwise(shown):
        for one, other in zip(before, after, strict=True):
            assert other.taken[: len(one.taken)] == one.taken
    assert drawn(policy, [STORY], 3, policy.base)[1] == scripts, "being watched changes nothing"


def test_a_text_with_nothing_to_choose_is_certain(policy):
    certain = Levels(((((11, 12), 0.0),), (((13,), 0.0),)))
    batch, _ = drawn(policy, [certain, certain], 2, policy.base)
    assert batch.completions() == [[11, 12, 13]] * 4
    assert batch.ended.all()
    assert not batch.log_probs.any()
    kept = batch.take(torch.tensor([2, 0]))
    assert not kept.chosen().any()
    assert kept.completions() == [[11, 12, 13]] * 2


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_a_branch_weighs_what_is_behind_it():
    tree = prefix_tree(STORY.options, STORY.weights)
    shared, alone = tree.children[11], tree.children[20]
    assert math.exp(shared.weight) == pytest.approx(1 + math.exp(-1))
    assert alone.weight == pytest.approx(0.5)
    assert math.exp(tree.weight) == pytest.approx(1 + math.exp(-1) + math.exp(0.5))
    assert {token: child.weight for token, child in shared.children.items()} == pytest.approx({13: 0.0, 14: -1.0})
    assert (shared.run, shared.children[14].run) == ((12,), (15,))
    assert (shared.children[13].option, shared.children[14].option, alone.option) == (0, 1, 2)


def test_what_goes_on_behind_another_options_end_is_never_chosen():
    tree = prefix_tree(((1, 2, 3), (1, 2), (4,)), (5.0, 0.0, 0.0))
    end = tree.children[1]
    assert (end.run, end.option, end.children) == ((2,), 1, {})
    assert tree.weight == pytest.approx(math.log(2)), "and weighs nothing"
    longer = Levels(((((1, 2, 3), 5.0), ((1, 2), 0.0), ((4,), 0.0)),))
    batch, script = follow(longer, lambda so_far: 0, EOS)
    assert (script.taken, batch.completions()) == ((), [[]]), "so nobody is taught it"


def test_the_same_option_given_twice_weighs_twice():
    tree = prefix_tree(((1, 2), (1, 2), (4,)), (0.0, 0.0, 0.0))
    assert tree.children[1].weight == pytest.approx(math.log(2))
    assert tree.children[1].option == 0
    batch, script = follow(Levels(((((1, 2), 0.0), ((1, 2), 0.0), ((4,), 0.0)),)), lambda so_far: 1, EOS)
    assert batch.completions() == [[1, 2]]
    assert len(script.taken) == 1


def test_no_branch_of_probability_0_is_drawn():
    log_probs = torch.tensor([[float("-inf"), 0.0, float("-inf")], [math.log(0.5), math.log(0.5), float("-inf")]])
    for point in (0.0, 0.5, 1 - 2**-24):
        places = _draw(log_probs[:, [1, 0, 2]], torch.full((2,), point))
        assert places[0] == 0
        assert places[1] == (point >= 0.5)


# --- following a given text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_given_way_is_followed(way):
    batch, script = follow(STORY, lambda so_far: way[len(so_far.taken)], EOS)
    assert script.taken == way
    expected = [token for level, i in zip(STORY.levels, way, strict=True) for token in level[i][0]]
    assert batch.completions() == [expected]
    assert batch.ended.all()
    assert not batch.log_probs.any()
    assert len(batch.decisions.rows) == (2 if way[0] == 2 else 3)
    taken = batch.decisions.allowed.gather(1, batch.decisions.chosen[:, None]).squeeze(1)
    assert taken.equal(batch.tokens[batch.decisions.rows, batch.decisions.columns])


def test_it_ends_where_none_is_picked():
    batch, script = follow(STORY, lambda so_far: None if so_far.taken else 1, EOS)
    assert script.taken == (1, 0)
    assert batch.completions() == [[11, 12, 14, 15, 30, 31]]
    assert not batch.ended.any()
