"""A model beside its base: both give the logits that they give alone, and share what they have in common."""

from contextlib import nullcontext

import pytest
import torch

from outcome_rl.engine import packing
from outcome_rl.engine.architectures import GPT2, Llama
from outcome_rl.engine.decoding import closed_up
from outcome_rl.engine.decoding_beside_base import relative_decoders
from tests.helpers.scripts import PROMPTS, plain_path, policy_of, untuned

MORE = [[[21, 22, 23], [24], [], [25, 26]], [[27], [], [28, 29], [30]]]
"""What two reads append to four rows, of which the first two have the first prompt, the others the second."""
ALLOWED = torch.tensor([[3, 9, 27], [40, 41, -1], [7, -1, -1], [11, 200, 31]])


@pytest.fixture(params=[0.5, 1.0])
def policy(causal_folder, request):
    return policy_of(causal_folder, tuned_layers=request.param)


def texts_after(reads):
    texts = [list(PROMPTS[0]), list(PROMPTS[0]), list(PROMPTS[1]), list(PROMPTS[1])]
    for read in MORE[:reads]:
        texts = [[*text, *more] for text, more in zip(texts, read, strict=True)]
    return texts


@torch.no_grad()
def expected(model, texts):
    """The logits of the allowed tokens behind each text, one text after the other."""
    last = torch.stack([model(input_ids=torch.tensor([text])).logits[0, -1] for text in texts])
    return last.gather(1, ALLOWED[: len(texts)].clamp(min=0))


def check(decoder, policy, texts):
    own, base = decoder.logits_of(ALLOWED[: len(texts)])
    torch.testing.assert_close(own, expected(policy.model, texts), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(base, expected(untuned(policy), texts), atol=1e-4, rtol=1e-4)
    assert (own - base).abs().max() > 0.01


@torch.no_grad()
def test_both_models_say_what_they_say_alone(policy):
    decoder = relative_decoders(policy.model, policy.base)(PROMPTS[:2], 2)
    for reads in range(3):
        check(decoder, policy, texts_after(reads))
        if reads < 2:
            decoder.extend(MORE[reads])


@torch.no_grad()
def test_through_the_models_own_forward_pass(policy):
    with plain_path(policy) as base:
        decoder = relative_decoders(policy.model, base)(PROMPTS[:2], 2)
        for reads in range(3):
            check(decoder, policy, texts_after(reads))
            if reads < 2:
                decoder.extend(MORE[reads])
        assert decoder.trunk_of(0) is None


@torch.no_grad()
def test_without_a_base_there_is_nothing_to_take_off(policy):
    decoder = relative_decoders(policy.model, None)(PROMPTS[:2], 2)
    decoder.extend(MORE[0])
    own, base = decoder.logits_of(ALLOWED)
    torch.testing.assert_close(own, expected(policy.model, texts_after(1)), atol=1e-4, rtol=1e-4)
    assert not base.any()
    assert decoder.trunk_of(0) is None


@torch.no_grad()
def test_rows_that_leave_are_closed_up(policy):
    decoder = relative_decoders(policy.model, policy.base)(PROMPTS[:2], 2)
    decoder.extend(MORE[0])
    order = closed_up(torch.tensor([True, False, True, True]))
    decoder.keep(order)
    decoder.extend([MORE[1][row] for row in order.tolist()])
    texts = texts_after(2)
    check(decoder, policy, [texts[row] for row in order.tolist()])


@pytest.mark.parametrize("plain", [False, True])
@torch.no_grad()
def test_a_row_goes_on_in_several_ways(policy, plain):
    with plain_path(policy) if plain else nullcontext(policy.base) as base:
        decoder = relative_decoders(policy.model, base)(PROMPTS[:2], 2)
        decoder.keep(torch.tensor([0, 2]))  # one for each prompt
        decoder.extend([MORE[0][0], MORE[0][1]])
        decoder.keep(torch.tensor([0, 1, 1, 0]))
        decoder.extend(MORE[1])
        begun = [(0, MORE[0][0]), (1, MORE[0][1]), (1, MORE[0][1]), (0, MORE[0][0])]
        texts = [[*PROMPTS[owner], *first, *more] for (owner, first), more in zip(begun, MORE[1], strict=True)]
        check(decoder, policy, texts)
        decoder.extend([[7] * 40, [], [8], [9, 10]])  # beyond the room that there was
        check(decoder, policy, [[*text, *more] for text, more in zip(texts, ([7] * 40, [], [8], [9, 10]), strict=True)])


@torch.no_grad()
def test_the_trunk_is_what_the_layers_below_gave(policy):
    decoder = relative_decoders(policy.model, policy.base)(PROMPTS[:2], 2)
    decoder.extend(MORE[0])
    order = closed_up(torch.tensor([True, False, True, True]))
    left = decoder.trunk_of(1)
    decoder.keep(order)
    decoder.extend([MORE[1][row] for row in order.tolist()])
    texts = texts_after(2)
    found = {row: decoder.trunk_of(place) for place, row in enumerate(order.tolist())} | {1: left}
    texts[1] = texts_after(1)[1]
    for row, text in enumerate(texts):
        states = policy.model(input_ids=torch.tensor([text]), output_hidden_states=True).hidden_states
        prompt, rest = found[row]
        assert len(prompt) == len(PROMPTS[row // 2])
        torch.testing.assert_close(torch.cat([prompt, rest]), states[policy.base.first][0], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_the_base_stays_what_it_was_while_the_model_is_tuned(policy):
    for parameter in policy.adapter.parameters():
        parameter.mul_(3.0)
    policy.adapter.merge()
    decoder = relative_decoders(policy.model, policy.base)(PROMPTS[:2], 2)
    check(decoder, policy, texts_after(0))


@torch.no_grad()
def test_of_the_trunk_the_weights_are_packed_once_for_all_decoders(causal_folder, monkeypatch):
    policy, made = policy_of(causal_folder, tuned_layers=0.5), []
    own = packing.packed
    monkeypatch.setattr(packing, "packed", lambda *layers, **options: made.append(layers) or own(*layers, **options))
    relative_decoders(policy.model, policy.base)
    first = len(made)
    for parameter in policy.adapter.parameters():
        parameter.mul_(3.0)
    policy.adapter.merge()
    decoder = relative_decoders(policy.model, policy.base)(PROMPTS[:2], 2)
    assert 0 < len(made) - first < first
    assert all(hasattr(layer, "adapted") for layers in made[first:] for layer in layers), "what tuning changes"
    check(decoder, policy, texts_after(0))


@torch.no_grad()
def test_what_prompts_begin_with_alike_is_read_once(policy, monkeypatch):
    read = []
    for family in (Llama, GPT2):
        own = family.embedded
        monkeypatch.setattr(
            family, "embedded", lambda self, ids, at, own=own: read.append(len(ids)) or own(self, ids, at)
        )
    prompts = [[5, 9, 200, 31, 7], [5, 9, 200, 8], [5, 9, 200], [5, 9, 200, 8]]
    decoder = relative_decoders(policy.model, policy.base)(prompts, 1)
    assert read == [6]
    check(decoder, policy, prompts)
    decoder.extend(MORE[0])
    texts = [[*prompt, *more] for prompt, more in zip(prompts, MORE[0], strict=True)]
    check(decoder, policy, texts)
    for row, text in enumerate(texts):
        states = policy.model(input_ids=torch.tensor([text]), output_hidden_states=True).hidden_states
        trunk = torch.cat(decoder.trunk_of(row))
        torch.testing.assert_close(trunk, states[policy.base.first][0], atol=1e-4, rtol=1e-4)
