"""Sampling and log-probabilities agree with each other and with one text at a time, whatever the padding."""

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.pytorch_utils import Conv1D

from outcome_rl.engine.architectures import GPT2, Llama, blocks_of, has_fast_path
from outcome_rl.engine.decoding import Decoder, closed_up
from outcome_rl.engine.drawing import SamplingParams, at_point, draw_tokens, likeliest, repetition_penalised
from outcome_rl.engine.logits import length_mask
from outcome_rl.engine.packing import packed
from outcome_rl.engine.padding import pad_left
from outcome_rl.engine.sampling import sample
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.policy.prompts import encode_prompts, end_tokens

CONTEXTS = [
    "Customer: CTO at a Healthcare firm.",
    "Customer: a much longer context, for a supply chain tool of some kind.",
    "X",
]


@pytest.fixture
def policy(causal_folder):
    return load_policy(ModelLocation("tiny", causal_folder, "folder"), rank=4, seed=0, dtype=torch.float32)


PLAIN = SamplingParams()


def rolled(policy, seed=0, longest=24, draw=PLAIN, eos=None):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    eos = end_tokens(policy.tokenizer, policy.model) if eos is None else eos
    generator = torch.Generator().manual_seed(seed)
    return prompts, sample(policy.model, prompts, 4, longest, eos, generator, draw)


SMALL = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.2,
    "tie_word_embeddings": False,  # a tied random model repeats one token for ever
}
SMALL_GPT2 = {
    "vocab_size": 300,
    "n_embd": 32,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 256,
    "initializer_range": 0.2,
    "tie_word_embeddings": False,
}
MODELS = {
    "llama": (Llama, SMALL),
    "llama with biases and wide heads": (Llama, {**SMALL, "attention_bias": True, "mlp_bias": True, "head_dim": 12}),
    "llama with stretched positions": (
        Llama,
        {**SMALL, "rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e4}},
    ),
    "mistral": (Llama, {**SMALL, "sliding_window": None}),
    "mistral with a window": (None, {**SMALL, "sliding_window": 4}),
    "qwen2": (Llama, SMALL),
    "gpt2": (GPT2, SMALL_GPT2),
    "gpt2 with unscaled attention": (None, {**SMALL_GPT2, "scale_attn_weights": False}),
    "gpt_neox": (None, SMALL),
}


@pytest.fixture(params=MODELS)
def any_model(request):
    """(model, the class that writes its family out); None where the model's own forward pass has to serve."""
    torch.manual_seed(5)
    family, settings = MODELS[request.param]
    config = AutoConfig.for_model(request.param.split()[0], bos_token_id=None, eos_token_id=None, **settings)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim == 1:  # biases start as 0 and norms as 1, so that mistakes with them would not show
                parameter.add_(torch.randn_like(parameter) * 0.1)
            assert torch.isfinite(parameter).all(), name
    return model, family


def test_greedy_emails_are_those_of_generate_token_for_token(any_model):
    model, family = any_model
    assert type(blocks_of(model)) is (family or type(None))
    generator = torch.Generator().manual_seed(1)
    prompts = [torch.randint(1, 300, (n,), generator=generator).tolist() for n in (9, 2, 5, 1, 9, 7)]
    stops = list(range(0, 300, 17))
    ours = sample(model, prompts, 1, 40, stops, torch.Generator(), SamplingParams(temperature=0.0))
    ids, mask = pad_left(prompts, "cpu")
    whole = model.generate(
        ids, attention_mask=mask, do_sample=False, max_new_tokens=40, eos_token_id=stops, pad_token_id=0
    )
    theirs = whole[:, ids.shape[1] :]
    assert len(set(ours.lengths.tolist())) > 2, "emails must end at different times"
    width = theirs.shape[1]
    assert int(ours.lengths.max()) == width
    assert torch.equal(
        ours.tokens[:, :width] * length_mask(ours.lengths, width), theirs * length_mask(ours.lengths, width)
    )


def test_emails_are_drawn_as_often_as_the_model_says(any_model):
    model, _ = any_model
    prompts = [[5, 9, 200, 31], [8, 17]]
    n = 4000
    batch = sample(model, prompts, n, 2, [], torch.Generator().manual_seed(0))
    for place, prompt in enumerate(prompts):
        drawn = batch.tokens[place * n : (place + 1) * n]
        texts = torch.cat([torch.tensor(prompt).repeat(n, 1), drawn[:, :1]], 1)
        with torch.no_grad():
            likely = (
                model(texts).logits[:, -2:].softmax(-1).mean(0)
            )  # of the first token; of the second, given the first
        for step in range(2):
            shares = torch.bincount(drawn[:, step], minlength=300) / n
            errors = (likely[step] * (1 - likely[step]) / n).sqrt()
            assert ((shares - likely[step]).abs() < 5 * errors + 1e-3).all()


def test_an_email_does_not_depend_on_when_others_end(any_model):
    model, _ = any_model
    prompts = [[5, 9, 200, 31], [8, 17], [4] * 7]
    alone, dropped = (
        sample(model, prompts, 5, 30, eos, torch.Generator().manual_seed(2)) for eos in ([], range(0, 300, 9))
    )
    assert len(set(dropped.lengths.tolist())) > 4
    mask = length_mask(dropped.lengths, 30)
    assert torch.equal(alone.tokens * mask, dropped.tokens)
    torch.testing.assert_close(alone.log_probs * mask, dropped.log_probs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])  # oneDNN does not take the second
def test_packed_layers_do_what_they_did_one_by_one(dtype):
    pair = [torch.nn.Linear(6, 5, dtype=dtype), torch.nn.Linear(6, 3, dtype=dtype)]
    transposed = Conv1D(4, 6).to(dtype)
    transposed.bias.data += 1.0
    rows = torch.randn(7, 6, dtype=dtype, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for layers in (pair, [transposed], [torch.nn.Linear(6, 2, bias=False, dtype=dtype)]):
            for ours, theirs in zip(packed(*layers)(rows), [layer(rows) for layer in layers], strict=True):
                torch.testing.assert_close(ours, theirs)


def test_closing_up_moves_the_last_rows_into_the_gaps_and_leaves_the_others():
    going = torch.tensor([True, False, True, False, True, True])
    assert closed_up(going).tolist() == [0, 4, 2, 5]
    assert closed_up(torch.tensor([True, True, False])).tolist() == [0, 1]


def test_padded_batched_log_probs_equal_unpadded_ones_one_by_one(policy):
    prompts, batch = rolled(policy)
    repeated = [prompt for prompt in prompts for _ in range(4)]
    assert len({len(prompt) for prompt in prompts}) == 3, "the prompts must need padding"
    together = policy.log_probs(repeated, batch, 1.0)
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
    again = policy.log_probs(repeated, batch, 1.0)
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
    prompts, batch = rolled(policy, draw=SamplingParams(temperature=0.5))
    repeated = [prompt for prompt in prompts for _ in range(4)]
    again = policy.log_probs(repeated, batch, 0.5)
    mask = length_mask(batch.lengths, batch.tokens.shape[1])
    torch.testing.assert_close(again[mask], batch.log_probs[mask], atol=1e-4, rtol=1e-4)


def test_the_same_seed_draws_the_same_emails_and_another_seed_others(policy):
    first, again, other = rolled(policy, 3)[1], rolled(policy, 3)[1], rolled(policy, 4)[1]
    assert torch.equal(first.tokens, again.tokens)
    assert not torch.equal(first.tokens, other.tokens)


def test_sampling_breaks_off_when_told_to(policy):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    calls = []
    keep_going = lambda: calls.append(None) or len(calls) < 4  # noqa: E731
    batch = sample(policy.model, prompts, 2, 50, [], torch.Generator(), keep_going=keep_going)
    assert batch.lengths.tolist() == [3] * 6


def test_emails_end_where_the_models_positions_do(policy):
    prompts = encode_prompts(policy.tokenizer, CONTEXTS)
    widest = max(map(len, prompts))
    batch = sample(policy.model, prompts, 1, 1000, [], torch.Generator().manual_seed(0))
    assert batch.lengths.tolist() == [512 - widest] * 3


def test_some_of_the_prompts_get_the_emails_that_all_would_get(policy):
    prompts = encode_prompts(policy.tokenizer, [CONTEXTS[0], CONTEXTS[1] * 12, CONTEXTS[2]])
    seed = lambda: torch.Generator().manual_seed(0)  # noqa: E731
    whole = sample(policy.model, prompts, 2, 1000, [], seed())
    for number in range(3):
        part = sample(policy.model, prompts, 2, 1000, [], seed(), numbers=range(number, number + 1))
        assert torch.equal(part.tokens, whole.tokens[2 * number : 2 * number + 2]), "the longest prompt limits them all"
        assert torch.equal(part.lengths, whole.lengths[2 * number : 2 * number + 2])


def test_tokens_are_drawn_as_often_as_their_probability_says():
    probs = torch.tensor([0.5, 0.0, 0.3, 0.2])
    points = torch.rand(20_000, generator=torch.Generator().manual_seed(0))
    chosen, logp = draw_tokens(probs.log().repeat(20_000, 1), SamplingParams(), points)
    shares = torch.bincount(chosen, minlength=4) / 20_000
    assert shares[1] == 0
    assert shares.tolist() == pytest.approx(probs.tolist(), abs=0.012)  # over three standard errors
    torch.testing.assert_close(logp, probs.log()[chosen])


def test_a_token_of_probability_zero_is_never_drawn():
    probs = torch.zeros(4, 700)  # no multiple of a block
    probs[:, [3, 300, 301]] = torch.tensor([0.1, 0.1, 0.8])
    assert at_point(probs, torch.tensor([0.0, 0.0999, 0.15, 1 - 2**-24])).tolist() == [3, 3, 300, 301]
    assert at_point(probs.flip(1), torch.tensor([0.0, 0.79, 0.85, 1 - 2**-24])).tolist() == [398, 398, 399, 696]


def test_top_k_and_top_p_keep_the_likeliest():
    logits = torch.log(torch.tensor([[0.15, 0.5, 0.05, 0.3]]))

    def kept(top_k, top_p):
        values, places = likeliest(logits, top_k, top_p)
        return places[torch.isfinite(values)].tolist()

    assert kept(2, 1.0) == [1, 3]
    assert kept(0, 0.7) == [1, 3]
    assert kept(0, 0.01) == [1]
    chosen, _ = draw_tokens(logits.repeat(500, 1), SamplingParams(top_k=3, top_p=0.7), torch.linspace(0, 0.999, 500))
    assert set(chosen.tolist()) == {1, 3}


def test_the_repetition_penalty_leaves_the_prompts_words_alone(policy):
    """The first token is drawn before anything is written, so the penalty must not change what it is."""
    plain, penalised = (
        rolled(policy, longest=1)[1],
        rolled(policy, longest=1, draw=SamplingParams(repetition_penalty=5.0))[1],
    )
    assert torch.equal(plain.tokens, penalised.tokens)


def test_repetition_penalty_lowers_what_was_written():
    logits = torch.tensor([[2.0, -2.0, 1.0]])
    assert repetition_penalised(logits, torch.tensor([[0, 1, 0]]), 2.0).tolist() == [[1.0, -4.0, 1.0]]


def test_the_head_is_run_once_for_each_token_of_an_email(policy, monkeypatch):
    """Logits are worked out when they are asked for, and not kept."""
    if not has_fast_path(policy.model):
        pytest.skip("transformers' own forward pass runs it")
    run, logits = [], Decoder.logits.fget
    monkeypatch.setattr(Decoder, "logits", property(lambda self: run.append(1) or logits(self)))
    rolled(policy, longest=6, eos=[])
    assert len(run) == 6
