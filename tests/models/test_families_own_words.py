"""Every family in own words: what is sampled is what is trained, whatever the model's forward pass is like."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from outcome_rl.engine.sampling import SamplingParams
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy, load_writing_model, save_policy
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.policy.prompts import decode_email
from outcome_rl.policy.writing import Request
from tests.helpers.made_families import FAMILIES, make_family
from tests.helpers.toy_bank import SENTENCES, toy_bank

CONTEXTS = ("Customer: VP of Sales at a Logistics firm.", "Customer: CTO.")


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request, tmp_path_factory) -> Path:
    return make_family(request.param, tmp_path_factory.mktemp("own_words") / request.param)


@pytest.fixture
def policy(folder):
    """One that is no longer its base, tuned in its upper layer alone."""
    return tuned(folder, "lora")


def tuned(folder, tuning):
    found = ModelLocation(str(folder), folder, "folder")
    policy = load_policy(found, 4, 0, torch.float32, tuning, tuned_layers=0.5)
    policy.writing = OwnWords(toy_bank(), policy.tokenizer)
    torch.manual_seed(3)
    with torch.no_grad():
        for parameter in policy.adapter.parameters():
            parameter.add_(torch.randn_like(parameter) * (0.2 if tuning == "lora" else 0.05))
    policy.adapter.merge()
    return policy


def written(source, temperature=1.0):
    params, generator = SamplingParams(temperature=temperature), torch.Generator().manual_seed(5)
    return source.writing.write(source, Request(CONTEXTS, 3, generator, params, 100))


def alone(model, prompt, tokens):
    """Logits behind each token of a text from one pass over it, (T, V)."""
    with torch.no_grad():
        return model(torch.tensor([[*prompt, *tokens]])).logits[0, len(prompt) - 1 : -1]


def test_emails_are_made_of_the_bank_and_their_tokens_say_so(policy):
    emails = written(policy)
    said = sorted((text for texts in SENTENCES.values() for text in texts), key=len, reverse=True)
    for row, text in enumerate(emails.texts):
        ids = emails.batch.tokens[row, : emails.batch.lengths[row]].tolist()
        assert decode_email(policy.tokenizer, ids) == text
        assert ids[-1] == policy.tokenizer.eos_token_id
        rest = text
        for sentence in said:
            rest = rest.replace(sentence, "")
        assert rest.replace("{{sender_name}}", "").split() == []
    assert len(set(emails.texts)) > 3


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_sampling_and_update_see_what_a_pass_over_each_text_alone_says(folder, tuning):
    policy = tuned(folder, tuning)
    base = load_writing_model(folder, torch.float32).model
    emails, temperature = written(policy, 0.7), 0.7
    decisions, batch = emails.batch.decisions, emails.batch
    with torch.no_grad():
        learned = policy.log_probs(emails.prompts, batch, temperature)
    gap = 0.0
    for row, prompt in enumerate(emails.prompts):
        tokens = batch.tokens[row, : batch.lengths[row]].tolist()
        said = alone(policy.model, prompt, tokens) - alone(base, prompt, tokens)
        gap = max(gap, said.abs().max().item())
        for number in (decisions.rows == row).nonzero().flatten().tolist():
            column, allowed = int(decisions.columns[number]), decisions.allowed[number]
            here = allowed >= 0
            logits = said[column, allowed[here]] + decisions.weights[number][here]
            expected = (logits / temperature).log_softmax(0)[decisions.chosen[number]]
            torch.testing.assert_close(batch.log_probs[row, column], expected, atol=3e-4, rtol=0)
            torch.testing.assert_close(learned[row, column], expected, atol=3e-4, rtol=0)
    assert gap > 0.1, "the policy is its base, which proves nothing"
    assert len(decisions.rows) > 10


def test_only_the_upper_layers_learn(policy):
    before = {name: parameter.detach().clone() for name, parameter in policy.model.named_parameters()}
    emails = written(policy)
    loss = -(policy.log_probs(emails.prompts, emails.batch, 1.0) * emails.batch.chosen()).sum()
    policy.adapter.add(policy.adapter.backward(loss))
    optimizer = torch.optim.AdamW(policy.adapter.parameters(), 0.01)
    optimizer.step()
    policy.adapter.merge()
    changed = {name for name, parameter in policy.model.named_parameters() if not torch.equal(parameter, before[name])}
    assert changed
    assert all(".1." in name for name in changed), changed
    with torch.no_grad():
        after = -(policy.log_probs(emails.prompts, emails.batch, 1.0) * emails.batch.chosen()).sum()
    assert after < loss


def test_it_writes_the_same_once_it_is_saved_and_loaded(policy, tmp_path):
    save_policy(policy, policy.adapter.state(), tmp_path / "tuned", {"base_model": policy.name})
    again = load_writing_model(tmp_path / "tuned", torch.float32)
    assert isinstance(again.writing, OwnWords)
    assert written(again).texts == written(policy).texts
