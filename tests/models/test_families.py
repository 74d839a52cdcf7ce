"""Every family through every step: loaded, prompted, sampled, trained, saved and loaded again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.engine import architectures
from outcome_rl.engine.padding import pad_left
from outcome_rl.engine.sampling import SamplingParams, sample
from outcome_rl.events import RLStep, WarmStartStep
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.logprobs import log_probs
from outcome_rl.policy.model import load_policy, load_writing_model, save_policy
from outcome_rl.policy.prompts import INSTRUCTION, SYSTEM, decode_email, encode_email, encode_prompts, end_tokens
from outcome_rl.rl.tune_policy import tune_policy
from tests.helpers.finetuning import EarlyLetterLover
from tests.helpers.made_families import FAMILIES, make_family

CONTEXTS = (
    "Customer: VP of Sales at a Logistics firm.",
    "Customer: CTO.",
    "A much longer context, of a tool for hiring.",
)
GREEDY = SamplingParams(temperature=0.0)
LENGTH = 20
PROMPTS = {
    "llama": "<|begin|><|role|>system\n\n{system}<|eot|><|role|>user\n\n{user}<|eot|><|role|>assistant\n\n",
    "gpt2": "{instruction}\n\nContext: {context}\n\nEmail:\n",
    "qwen2": "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"
    "<think>\n\n</think>\n\n",
    "gemma3": "<bos><start_of_turn>user\n{system}\n\n{user}<end_of_turn>\n<start_of_turn>model\n",
    "phi3": "<|system|>\n{system}<|end|>\n<|user|>\n{user}<|end|>\n<|assistant|>\n",
    "mistral": "<s> [INST] {system}\n\n{user} [/INST]",
}
PROMPTS["gemma2"] = PROMPTS["gemma3"]
PROMPTS["qwen3"] = PROMPTS["qwen2"]
PROMPTS["smollm3"] = "The day is 26 Jul 2024.\n" + PROMPTS["qwen2"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("families")
    return {name: make_family(name, root / name) for name in FAMILIES}


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def writer(folders, family):
    return load_writing_model(folders[family], torch.float32)


def test_it_loads_and_takes_the_path_that_its_family_has(writer, family):
    found = architectures.has_fast_path(writer.model)
    assert (found.__name__ if found else None) == FAMILIES[family].fast
    assert writer.notice is None
    assert not writer.model.training


def test_its_prompt_is_the_one_that_it_was_taught(writer, family):
    prompt = encode_prompts(writer.tokenizer, CONTEXTS[:1])[0]
    user = f"{INSTRUCTION}\nContext: {CONTEXTS[0]}"
    told = PROMPTS[family].format(system=SYSTEM, user=user, context=CONTEXTS[0], instruction=INSTRUCTION)
    assert writer.tokenizer.decode(prompt) == told


def test_its_emails_end_where_its_makers_say(writer, family):
    made = FAMILIES[family]
    ends = writer.tokenizer.convert_ids_to_tokens(end_tokens(writer.tokenizer, writer.model))
    assert ends[0] == made.end == writer.tokenizer.eos_token
    assert set(ends) == {made.end, made.eos, *made.ends}
    email = "Hi Ana,\n\nCould we talk on Tuesday?\n\nBest,\nTom"
    ids = encode_email(writer.tokenizer, email, 300)
    assert writer.tokenizer.convert_ids_to_tokens(ids[-1]) == made.end
    assert decode_email(writer.tokenizer, ids) == email


def test_greedy_emails_are_those_of_generate(writer):
    model, prompts = writer.model, encode_prompts(writer.tokenizer, CONTEXTS)
    assert min(map(len, prompts)) > 16, "no sliding window holds a prompt"
    stops = list(range(3, 400, 97))  # random models would hardly ever draw the end
    ours = sample(model, prompts, 1, LENGTH, stops, torch.Generator(), GREEDY)
    ids, mask = pad_left(prompts, "cpu")
    options = {"do_sample": False, "max_new_tokens": LENGTH, "eos_token_id": stops, "pad_token_id": 0}
    theirs = model.generate(ids, attention_mask=mask, **options)[:, ids.shape[1] :]
    width = theirs.shape[1]
    assert torch.equal(ours.tokens[:, :width].masked_fill(mask_behind(ours, width), 0), theirs)
    assert int(ours.lengths.max()) == width


def mask_behind(batch, width):
    return torch.arange(width)[None] >= batch.lengths[:, None]


def test_its_log_probabilities_are_those_of_a_plain_pass_over_each_text_alone(writer):
    model, prompts = writer.model, encode_prompts(writer.tokenizer, CONTEXTS)
    batch = sample(model, prompts, 2, LENGTH, [], torch.Generator().manual_seed(0))
    repeated = [prompt for prompt in prompts for _ in range(2)]
    with torch.no_grad():
        learned = log_probs(model, repeated, batch.tokens, batch.lengths, 1.0)
        for row, prompt in enumerate(repeated):
            text = torch.tensor([prompt + batch.tokens[row].tolist()])
            plain = model(text).logits[0, len(prompt) - 1 : -1].log_softmax(-1)
            expected = plain.gather(1, batch.tokens[row][:, None]).squeeze(1)
            torch.testing.assert_close(batch.log_probs[row], expected, atol=2e-4, rtol=0)
            torch.testing.assert_close(learned[row], expected, atol=2e-4, rtol=0)


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_it_learns_and_is_the_same_when_it_is_loaded_again(folders, family, tmp_path, tuning):
    config = FinetuneConfig(
        model="tiny",
        tuning=tuning,
        steps=2,
        warm_start_epochs=1,
        contexts_per_step=2,
        samples_per_context=3,
        max_new_tokens=24,
        lora_rank=4,
        warm_start_learning_rate=0.01,
        learning_rate=0.01,
    )
    found = ModelLocation(str(folders[family]), folders[family], "folder")
    policy = load_policy(found, config.lora_rank, config.seed, torch.float32, tuning)
    untouched = {name: parameter.detach().clone() for name, parameter in policy.model.named_parameters()}
    emails = EmailData(CONTEXTS, ("Hi Ana, could we talk?", "Hello.", "Best, Tom"), (2, 1, 2), (2, 3, 4))
    events, result = run(
        tune_policy(config, policy, EarlyLetterLover(), list(CONTEXTS), emails, tmp_path / "checkpoint")
    )
    kinds = [type(event) for event in events]
    assert (kinds.count(WarmStartStep), kinds.count(RLStep)) == (1, 2)
    assert all(np.isfinite(event.grad_norm) and event.grad_norm > 0 for event in events if isinstance(event, RLStep))
    assert changed(policy.model, untouched)
    save_policy(policy, result.warm_start, tmp_path / "tuned", {"base_model": found.name})
    prompts, tokens = encode_prompts(policy.tokenizer, CONTEXTS), torch.arange(10, 40).view(3, 10)
    lengths = torch.full((3,), 10)
    with torch.no_grad():
        now = log_probs(policy.model, prompts, tokens, lengths, 1.0)
        with policy.adapter.merged_with(result.warm_start):
            warm = log_probs(policy.model, prompts, tokens, lengths, 1.0)
        for part, expected in (("", now), ("warm_start", warm)):
            again = load_writing_model(tmp_path / "tuned" / part, torch.float32)
            torch.testing.assert_close(log_probs(again.model, prompts, tokens, lengths, 1.0), expected)
            assert encode_prompts(again.tokenizer, CONTEXTS) == prompts
            assert end_tokens(again.tokenizer, again.model) == end_tokens(policy.tokenizer, policy.model)


def run(work):
    events = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as end:
            return events, end.value


def changed(model, before):
    return any(not torch.equal(parameter, before[name]) for name, parameter in model.named_parameters())


@pytest.mark.parametrize("tied", [True, False])
def test_a_head_that_is_the_embedding_and_one_that_is_not_are_saved_as_they_are(tmp_path, tied):
    folder = make_family("qwen2", tmp_path / "base", tie_word_embeddings=tied)
    policy = load_policy(ModelLocation("tiny", Path(folder), "folder"), 4, 0, torch.float32, "full")
    head, embedding = policy.model.get_output_embeddings().weight, policy.model.get_input_embeddings().weight
    assert (head is embedding) == tied
    save_policy(policy, policy.adapter.state(), tmp_path / "saved", {"base_model": str(folder)})
    again = load_writing_model(tmp_path / "saved", torch.float32).model
    assert (again.get_output_embeddings().weight is again.get_input_embeddings().weight) == tied
    assert torch.equal(again.get_output_embeddings().weight, head)
