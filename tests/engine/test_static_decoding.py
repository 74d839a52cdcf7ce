"""Writing with shapes that stay gives the emails of writing with rows that leave, and never waits for the device."""

import gc
import weakref
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache

from outcome_rl.engine import static_decoding
from outcome_rl.engine.drawing import SamplingParams
from outcome_rl.engine.sampling import sample
from outcome_rl.engine.static_decoding import StaticBlock, sizes, stays_in_shape
from tests.helpers.made_families import FAMILIES, SMALL

STOPS = range(3, 400, 23)  # random models would hardly ever draw the end
LENGTH = 40
WAYS = {
    "as it is": SamplingParams(),
    "the likeliest": SamplingParams(temperature=0.0),
    "the likeliest of those that are new": SamplingParams(temperature=0.0, repetition_penalty=1.5),
    "among the likely ones": SamplingParams(temperature=0.7, top_k=20, top_p=0.9),
    "against repetition": SamplingParams(repetition_penalty=1.5),
}


def made(family, **settings):
    """A tiny random model."""
    torch.manual_seed(7)
    kind = FAMILIES[family]
    config = AutoConfig.for_model(
        kind.kind,
        **{**SMALL, **kind.settings, "tie_word_embeddings": False, **settings},  # tied ones repeat a token for ever
    )
    return AutoModelForCausalLM.from_config(config).eval()


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def model():
    return made("llama")


def prompts_of(*lengths):
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(1, 500, (n,), generator=generator).tolist() for n in lengths]


PROMPTS = prompts_of(9, 2, 25, 1, 14)


def written(model, in_blocks, draw=WAYS["as it is"], prompts=PROMPTS, samples=4, longest=LENGTH, stops=STOPS, **how):
    return sample(
        model, prompts, samples, longest, list(stops), torch.Generator().manual_seed(3), draw,
        in_blocks=in_blocks, **how,
    )  # fmt: skip


def assert_same(ours, theirs):
    assert torch.equal(ours.tokens, theirs.tokens)
    assert torch.equal(ours.lengths, theirs.lengths)
    assert torch.equal(ours.ended, theirs.ended)
    torch.testing.assert_close(ours.log_probs, theirs.log_probs, atol=1e-4, rtol=1e-4)


# --- the same emails --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_emails_are_those_of_rows_that_leave(family, way):
    model = made(family)
    assert stays_in_shape(model)
    whole = written(model, False, WAYS[way], stops=[]).tokens
    stops = [int(whole[0, 3]), int(whole[-1, 18])]
    theirs = written(model, False, WAYS[way], stops=stops)
    assert len(set(theirs.lengths.tolist())) > 1, "emails must end at different times"
    assert int(theirs.lengths.max()) > 16, "some must outlast a window"
    assert_same(written(model, True, WAYS[way], stops=stops), theirs)


def test_emails_are_the_same_in_small_blocks(model, monkeypatch):
    theirs = written(model, False)
    monkeypatch.setattr("outcome_rl.engine.sampling.ROWS", 9)  # two prompts a block, the last one alone
    used = blocks_used(monkeypatch)
    assert_same(written(model, True), theirs)
    assert [block.rows for block in used] == [8, 8, 4]


def test_some_of_the_prompts_get_the_emails_that_all_would_get(model):
    whole = written(model, False)
    part = written(model, True, numbers=range(1, 3))
    assert torch.equal(part.tokens, whole.tokens[4:12])
    assert torch.equal(part.lengths, whole.lengths[4:12])


def test_emails_end_where_the_models_positions_do():
    model = made("gpt2", max_position_embeddings=48)
    assert_same(written(model, True, longest=1000), written(model, False, longest=1000))
    assert int(written(model, True, longest=1000, stops=[]).lengths.min()) == 48 - 25


def test_without_an_end_all_emails_are_as_long_as_they_may(model):
    assert written(model, True, stops=[], longest=5).lengths.tolist() == [5] * 20


def test_a_block_is_no_longer_written_when_all_of_it_has_ended(model, monkeypatch):
    used = blocks_used(monkeypatch)
    batch = written(model, True, stops=range(500), longest=40)
    assert batch.lengths.tolist() == [1] * 20
    assert int(used[0].step) == 8, "it is asked every eight tokens"


# --- being watched and stopped ----------------------------------------------------------------------------------------


def test_writing_breaks_off_when_told_to(model):
    calls = []
    batch = written(model, True, stops=[], keep_going=lambda: calls.append(None) or len(calls) < 4)
    assert batch.lengths.tolist() == [3] * 20
    assert torch.equal(batch.tokens, written(model, False, stops=[]).tokens * (torch.arange(LENGTH) < 3))


def test_who_watches_sees_all_emails_grow_in_one_block(model, monkeypatch):
    monkeypatch.setattr("outcome_rl.engine.sampling.ROWS", 8)
    shown = {True: [], False: []}
    for in_blocks, seen in shown.items():
        written(model, in_blocks, on_progress=lambda batch, seen=seen: seen.append(batch.completions()))
    assert shown[True] == shown[False]
    assert len(shown[True][0]) == 20


# --- blocks are kept --------------------------------------------------------------------------------------------------


def blocks_used(monkeypatch):
    """The blocks that are begun from now on, in order."""
    used, begin = [], StaticBlock.begin
    monkeypatch.setattr(StaticBlock, "begin", lambda self, *given: used.append(self) or begin(self, *given))
    return used


def test_a_block_is_used_again_for_other_prompts_of_its_size(model, monkeypatch):
    used = blocks_used(monkeypatch)
    others = prompts_of(3, 30, 8)
    written(model, True, WAYS["the likeliest"])
    for cache in used[0].cache.layers:
        cache.keys.fill_(torch.nan)  # what a model that has come to nothing would leave there
        cache.values.fill_(torch.nan)
    assert_same(written(model, True, prompts=others, samples=6), written(model, False, prompts=others, samples=6))
    assert used[0] is used[1]


def test_what_was_written_is_not_written_over(model):
    first = written(model, True)
    kept = first.tokens.clone()
    written(model, True, prompts=prompts_of(4, 4, 4, 4, 4))
    assert torch.equal(first.tokens, kept)


def test_changed_weights_are_read(model, monkeypatch):
    used = blocks_used(monkeypatch)
    before = written(model, True)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    assert_same(written(model, True), written(model, False))
    assert used[0] is used[1], "a graph reads them where they are"
    assert not torch.equal(before.tokens, written(model, True).tokens)


def test_a_block_is_forgotten_when_weights_lie_elsewhere(model, monkeypatch):
    used = blocks_used(monkeypatch)
    written(model, True)
    weight = model.lm_head.weight
    weight.data = weight.data.flip(0)
    assert_same(written(model, True), written(model, False))
    assert used[0] is not used[1]


def test_two_sizes_are_kept_and_the_third_takes_the_place_of_the_oldest(model, monkeypatch):
    used = blocks_used(monkeypatch)
    for samples in (1, 2, 4, 2, 1):
        written(model, True, samples=samples, longest=2)
    assert used[3] is used[1]
    assert used[4] is not used[0]


def test_a_block_in_use_is_nobody_elses(model, monkeypatch):
    written(model, True)
    used = blocks_used(monkeypatch)
    inside = []

    def keep_going():
        if not inside:
            inside.append(None)
            inside[0] = written(model, True, prompts=PROMPTS[::-1])
        return True

    outer = written(model, True, keep_going=keep_going)
    assert used[0] is not used[1]
    assert_same(outer, written(model, False))
    assert_same(inside[0], written(model, False, prompts=PROMPTS[::-1]))


def test_blocks_keep_no_model_alive():
    model = made("llama")
    written(model, True, longest=2)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert not len(static_decoding._blocks)


def test_where_memory_runs_out_no_block_is_kept(model, monkeypatch):
    def runs_out(*given):
        raise torch.OutOfMemoryError

    written(model, True, longest=2)
    assert static_decoding._blocks[model]
    monkeypatch.setattr(static_decoding, "StaticBlock", runs_out)
    with pytest.raises(torch.OutOfMemoryError):
        written(model, True, longest=2, samples=8)
    assert model not in static_decoding._blocks


def test_sizes_are_few():
    assert sizes(1, 1) == (1, 128)
    assert sizes(5, 128) == (8, 128)
    assert sizes(8, 129) == (8, 256)


# --- for a device on which steps are captured -------------------------------------------------------------------------


def test_steps_that_warm_up_a_capture_change_nothing(model, monkeypatch):
    theirs, asked = written(model, False), []

    def warmed_up(step, device):
        asked.append(step)
        for _ in range(3):
            step()
        return step

    monkeypatch.setattr(static_decoding, "captured", warmed_up)
    assert_same(written(model, True), theirs)
    assert_same(written(model, True), theirs)
    written(model, True, WAYS["the likeliest"])
    assert len(asked) == 2, "once for a size and a way of drawing"


def test_a_graph_finds_the_tokens_that_end_a_row_where_they_were_and_is_kept_as_one_of_a_few(model, monkeypatch):
    """As of a graph nothing is left but memory to be read from: what is not held is somebody else's by then."""
    held = []

    def recorded(step, device):
        held.append(
            weakref.ref(next(cell.cell_contents for cell in step.__closure__ if torch.is_tensor(cell.cell_contents)))
        )
        return lambda: None

    monkeypatch.setattr(static_decoding, "captured", recorded)
    with begun_without_data("llama") as block:
        monkeypatch.setattr(block, "_count_from", lambda drawn, read: None)
        for way in ("as it is", "the likeliest", "among the likely ones"):
            block.next_step(WAYS[way], [3, 4])
        gc.collect()
        assert [each() is not None for each in held] == [False, True, True]
        assert len(block._steps) == static_decoding.KEPT


class NoTensors(TorchDispatchMode):
    """Nothing that is done may have to do with a tensor of the processor: to copy one means to wait."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for part in tree_leaves((args, kwargs, out)):
            assert not isinstance(part, torch.Tensor) or part.device.type == "meta", func
        return out


@contextmanager
def begun_without_data(family):
    """A block of a model whose numbers are not there, so that whoever asks for one fails."""
    model, ids = made(family), torch.ones(2, 9, dtype=torch.long)
    with torch.no_grad():
        read = model(input_ids=ids, past_key_values=DynamicCache(), use_cache=True)
        model.to("meta")
        layers = read.past_key_values.layers
        cache = SimpleNamespace(
            layers=[SimpleNamespace(keys=layer.keys.to("meta"), values=layer.values.to("meta")) for layer in layers]
        )
        logits = read.logits[:, -1].to("meta")
        block = StaticBlock(model, 8, 128, cache, logits)
        block.begin(cache, logits, ids.bool().to("meta"), torch.zeros(20, 6, device="meta"))
        yield block


@pytest.mark.parametrize("way", WAYS)
def test_a_step_asks_for_no_number_and_stays_on_its_device(family, way):
    with begun_without_data(family) as block:
        block.first(WAYS[way], [3, 4])
        step = block.next_step(WAYS[way], [3, 4])
        with NoTensors():
            step()
        with pytest.raises(RuntimeError, match="meta"):
            bool(block.live.any())
        with pytest.raises(AssertionError), NoTensors():
            torch.zeros(1)


def test_where_positions_are_stretched_by_the_length_shapes_do_not_stay():
    stretched = {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4}
    assert not stays_in_shape(made("llama", rope_parameters=stretched))


def test_a_model_that_keeps_something_else_than_keys_and_values_does_not_stay():
    layers = ["linear_attention", "full_attention"]
    config = AutoConfig.for_model("qwen3_next", num_hidden_layers=2, layer_types=layers)
    model = SimpleNamespace(config=config, modules=lambda: [], _can_compile_fullgraph=True)
    assert not stays_in_shape(model)
    config.layer_types = ["full_attention"] * 2
    assert stays_in_shape(model)
    model._can_compile_fullgraph = False
    assert not stays_in_shape(model), "nor one whose makers say that it asks"
