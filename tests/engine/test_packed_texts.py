"""What texts begin with alike is one row for all of them, and the model says the same of it."""

import pytest
import torch

from outcome_rl.engine.architectures import blocks_of
from outcome_rl.engine.packed_attention import attention, build_layout
from outcome_rl.engine.packed_texts import columns, share_beginnings, table_of
from tests.helpers.scripts import policy_of

EMAILS = [[1, 2, 3, 4], [1, 2, 9], [7], [1, 2, 9, 8, 8], [1, 2], [1, 2, 3]]
OWNERS = [0, 0, 0, 0, 0, 1]


def placed(emails, owners=None):
    table, lengths = table_of(emails)
    return share_beginnings(table, lengths, None if owners is None else torch.tensor(owners))


def test_a_text_begins_like_the_one_before_it_that_it_shares_most_with():
    texts = placed(EMAILS, OWNERS)
    assert texts.shared() == [(1, (0, 2)), (3, (1, 3)), (4, (0, 2))]
    assert texts.own.sum(1).tolist() == [4, 1, 1, 2, 0, 3], "what stands behind another prompt is read anew"
    assert texts.numbered(10).tolist() == [
        [10, 11, 12, 13, -1],
        [10, 11, 14, -1, -1],
        [15, -1, -1, -1, -1],
        [10, 11, 14, 16, 17],
        [10, 11, -1, -1, -1],
        [18, 19, 20, -1, -1],
    ]


def test_nothing_is_shared_behind_a_texts_end():
    assert placed([[0], [0, 0, 0], [0, 0]]).shared() == [(1, (0, 1)), (2, (1, 2))], "what fills a row up is no token"


@torch.no_grad()
def test_prompts_that_begin_alike_are_read_as_if_they_did_not(causal_folder):
    policy = policy_of(causal_folder)
    prompts = [[5, 9, 200, 31, 7], [5, 9, 8], [5, 9, 200], [5, 9, 200, 31, 7], [8, 17]]
    table, lengths = table_of(prompts)
    texts, blocks = share_beginnings(table, lengths), blocks_of(policy.model)
    sight = build_layout(blocks.heads, blocks.kv_heads, torch.float32, texts)
    hidden = blocks.hidden(table[texts.own], columns(table)[texts.own], lambda _, q, k, v: attention(q, k, v, sight))
    assert len(hidden) == 8
    last = hidden[texts.numbered().gather(1, lengths[:, None] - 1).squeeze(1)]
    alone = [policy.model(input_ids=torch.tensor([prompt])).logits[0, -1] for prompt in prompts]
    torch.testing.assert_close(policy.model.get_output_embeddings()(last), torch.stack(alone), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("wanted", [[0, 4, 5, 9], [7], [8, 9, 10, 11]])
def test_of_the_last_layer_only_what_is_wanted(causal_folder, wanted):
    """The same with its gradients as where all is made and some of it taken."""
    policy = policy_of(causal_folder, tuned_layers=1.0)
    prompts, emails = placed([[5, 9, 200], [5, 9]]), placed(EMAILS[:4], [0, 1, 0, 1])
    blocks, owners, wanted = blocks_of(policy.model), torch.tensor([0, 1, 0, 1]), torch.tensor(wanted)
    shape = blocks.heads, blocks.kv_heads, torch.float32, prompts, emails, owners
    of_all, of_wanted, layers = build_layout(*shape), build_layout(*shape, wanted), range(len(blocks.layers))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(int(prompts.own.sum() + emails.own.sum()), blocks.embedding.shape[1], generator=generator)
    places, weights = torch.arange(len(x)), torch.randn(len(wanted), x.shape[1], generator=generator)
    asked = []

    def attend(layer, q, k, v):
        asked.append(len(q))
        return attention(q, k, v, of_wanted if len(q) < len(k) else of_all)

    every = blocks.through(x, places, attend, layers)[wanted]
    some = blocks.through(x, places, attend, layers, wanted)
    assert asked[-2:] == [len(x), len(wanted)]
    torch.testing.assert_close(some, every)
    slopes = [torch.autograd.grad((found * weights).sum(), policy.adapter.parameters()) for found in (some, every)]
    for ours, theirs in zip(*slopes, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)
