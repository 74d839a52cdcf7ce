"""Sampling and log-probabilities agree with each other and with one text at a time, whatever the padding."""

import pytest
import torch

from outcome_rl.models import Found
from outcome_rl.objectives import length_mask
from outcome_rl.policy import load_policy
from outcome_rl.prompts import encode_prompts
from outcome_rl.rollout import Draw, draw_tokens, end_tokens, likeliest, repetition_penalised, sample

CONTEXTS = [
    "Customer: CTO at a Healthcare firm.",
    "Customer: a much longer context, for a supply chain tool of some kind.",
    "X",
]


@pytest.fixture
def policy(causal_folder):
    return load_policy(Found("tiny", causal_folder, "folder"), rank=4, seed=0, dtype=torch.float32)


PLAIN = Draw()


def rolled(policy, seed=0, longest=24, draw=PLAIN, eos=None):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    eos = end_tokens(policy.tokenizer) if eos is None else eos
    generator = torch.Generator().manual_seed(seed)
    return prompts, sample(policy.model, prompts, 4, longest, eos, generator, draw)


def test_padded_batched_log_probs_equal_unpadded_ones_one_by_one(policy):
    prompts, batch = rolled(policy)
    repeated = [prompt for prompt in prompts for _ in range(4)]
    assert len({len(prompt) for prompt in prompts}) == 3, "the prompts must need padding"
    together = policy.log_probs(repeated, batch.tokens, batch.lengths, 1.0)
    for row, prompt in enumerate(repeated):
        n = int(batch.lengths[row])
        text = torch.tensor([[*prompt, *batch.tokens[row, :n].tolist()]])
        logits = policy.model(text).logits[0, len(prompt) - 1 : -1].log_softmax(-1)  # no mask, no positions given
        alone = logits[torch.arange(n), batch.tokens[row, :n]]
        torch.testing.assert_close(together[row, :n], alone, atol=1e-4, rtol=1e-4)


def test_log_probs_kept_while_sampling_are_those_of_the_policy(policy):
    # tokens that some samples are likely to draw end them, so that the batch shrinks while it is written
    stops = list(range(0, 600, 12))
    prompts, batch = rolled(policy, eos=stops)
    assert len(set(batch.lengths.tolist())) > 3, "emails must end at different times"
    repeated = [prompt for prompt in prompts for _ in range(4)]
    again = policy.log_probs(repeated, batch.tokens, batch.lengths, 1.0)
    mask = length_mask(batch.lengths, batch.tokens.shape[1])
    torch.testing.assert_close(again[mask], batch.log_probs[mask], atol=1e-4, rtol=1e-4)


def test_an_email_ends_with_its_end_token_and_completions_leave_it_out(policy):
    stops = list(range(0, 600, 12))
    _, batch = rolled(policy, eos=stops)
    for row, completion in enumerate(batch.completions()):
        n = int(batch.lengths[row])
        tokens = batch.tokens[row].tolist()
        assert not set(completion) & set(stops)
        assert bool(batch.ended[row]) == (tokens[n - 1] in stops)
        assert len(completion) == n - int(batch.ended[row])
        assert tokens[n:] == [0] * (len(tokens) - n)


def test_temperature_is_part_of_the_log_probs(policy):
    prompts, batch = rolled(policy, draw=Draw(temperature=0.5))
    repeated = [prompt for prompt in prompts for _ in range(4)]
    again = policy.log_probs(repeated, batch.tokens, batch.lengths, 0.5)
    mask = length_mask(batch.lengths, batch.tokens.shape[1])
    torch.testing.assert_close(again[mask], batch.log_probs[mask], atol=1e-4, rtol=1e-4)


def test_the_same_seed_draws_the_same_emails_and_another_seed_others(policy):
    first, again, other = rolled(policy, 3)[1], rolled(policy, 3)[1], rolled(policy, 4)[1]
    assert torch.equal(first.tokens, again.tokens)
    assert not torch.equal(first.tokens, other.tokens)


def test_sampling_breaks_off_when_told_to(policy):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    calls = []
    batch = sample(
        policy.model, prompts, 2, 50, [], torch.Generator(), on_token=lambda live: calls.append(live) or len(calls) < 4
    )
    assert batch.lengths.tolist() == [3] * 6


def test_emails_end_where_the_models_positions_do(policy):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    widest = max(map(len, prompts))
    batch = sample(policy.model, prompts, 1, 1000, [], torch.Generator().manual_seed(0))
    assert batch.lengths.tolist() == [512 - widest] * 3


def test_tokens_are_drawn_as_often_as_their_probability_says():
    probs = torch.tensor([0.5, 0.0, 0.3, 0.2])
    points = torch.rand(20_000, generator=torch.Generator().manual_seed(0))
    chosen, logp = draw_tokens(probs.log().repeat(20_000, 1), Draw(), points)
    shares = torch.bincount(chosen, minlength=4) / 20_000
    assert shares[1] == 0
    assert shares.tolist() == pytest.approx(probs.tolist(), abs=0.012)  # over three standard errors
    torch.testing.assert_close(logp, probs.log()[chosen])


def test_top_k_and_top_p_keep_the_likeliest():
    logits = torch.log(torch.tensor([[0.15, 0.5, 0.05, 0.3]]))

    def kept(top_k, top_p):
        values, places = likeliest(logits, top_k, top_p)
        return places[torch.isfinite(values)].tolist()

    assert kept(2, 1.0) == [1, 3]
    assert kept(0, 0.7) == [1, 3]
    assert kept(0, 0.01) == [1]
    chosen, _ = draw_tokens(logits.repeat(500, 1), Draw(top_k=3, top_p=0.7), torch.linspace(0, 0.999, 500))
    assert set(chosen.tolist()) == {1, 3}


def test_the_repetition_penalty_leaves_the_prompts_words_alone(policy):
    """The first token is drawn before anything is written, so the penalty must not change what it is."""
    plain, penalised = rolled(policy, longest=1)[1], rolled(policy, longest=1, draw=Draw(repetition_penalty=5.0))[1]
    assert torch.equal(plain.tokens, penalised.tokens)


def test_repetition_penalty_lowers_what_was_written():
    logits = torch.tensor([[2.0, -2.0, 1.0]])
    assert repetition_penalised(logits, torch.tensor([[0, 1, 0]]), 2.0).tolist() == [[1.0, -4.0, 1.0]]
