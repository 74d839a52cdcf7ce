"""What goes wrong inside a step: numbers that are not finite, memory that runs out. The last good model is kept."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from test_finetune import CONTEXTS, NO_EMAILS, TINY, EarlyLetterLover, good, rewards, timeless

from outcome_rl.config import FinetuneConfig
from outcome_rl.errors import RunError
from outcome_rl.events import Notice, RLStep, WarmStartStep
from outcome_rl.models.hub import ModelLocation
from outcome_rl.models.loading import load_causal_lm
from outcome_rl.policy.model import load_policy
from outcome_rl.reward.scorer import Scores
from outcome_rl.rl import checkpoints, trainer
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.finetune import finetune
from outcome_rl.rl.trainer_context import Diverged
from outcome_rl.utils import oom
from outcome_rl.utils.files import write_json
from outcome_rl.utils.oom import AdaptiveBatchSize, out_of_memory

ON_THE_PROCESSOR = "[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried to"
ON_THE_ACCELERATOR = "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 14.58 GiB"


class Spoilt(EarlyLetterLover):
    """Its rewards are not numbers in the calls that ``bad`` names, counted from 1."""

    def __init__(self, bad):
        self.bad, self.calls = bad, 0

    def score(self, contexts, emails):
        self.calls += 1
        scores = super().score(contexts, emails)
        return Scores.sure(scores.probs, scores.rewards * np.nan) if self.calls in self.bad else scores


class Small:
    """A policy's model of which only ``most`` rows fit into memory at once, while given emails are read."""

    def __init__(self, policy, most, fault):
        self.policy, self.most, self.fault, self.plain = policy, most, fault, policy.log_probs
        policy.log_probs = self

    def __call__(self, prompts, *rest):
        if len(prompts) > self.most:
            raise self.fault
        return self.plain(prompts, *rest)


@pytest.fixture
def policy(causal_folder):
    return load_policy(ModelLocation("tiny", causal_folder, "folder"), TINY["lora_rank"], 42, torch.float32)


def run(policy, folder, scorer=None, emails=NO_EMAILS, resume=None, **changes):
    """The events of a fine-tune, and the error that ended it if there was one."""
    config = FinetuneConfig(**{**TINY, "steps": 4, **changes})
    seen = []
    try:
        work = finetune(config, policy, scorer or EarlyLetterLover(), CONTEXTS, emails, folder, resume=resume)
        while True:
            seen.append(next(work))
    except StopIteration as end:
        return seen, end.value.failed
    except RunError as error:
        return seen, error


def notices(events):
    return [event.message for event in events if isinstance(event, Notice)]


# --- numbers that are not finite --------------------------------------------------------------------------------------


def test_a_step_that_is_not_finite_is_skipped_and_told(policy, tmp_path):
    events, error = run(policy, tmp_path / "c", Spoilt({2, 4, 5}))
    assert error is None
    assert [event.step for event in events if isinstance(event, RLStep)] == [1, 2, 3, 4]
    assert [re.match(r"Step \d+ is skipped: its loss is nan", told)[0] for told in notices(events)] == [
        "Step 2 is skipped: its loss is nan",
        "Step 3 is skipped: its loss is nan",
        "Step 3 is skipped: its loss is nan",
    ]
    kept = load_checkpoint(tmp_path / "c")
    assert (kept.state.step, kept.state.skipped, kept.state.consecutive_nonfinite) == (4, 3, 0)
    assert kept.state.completions == 4 * 48


def test_a_skipped_step_leaves_the_model_and_the_optimiser_as_they_were(policy, tmp_path, monkeypatch):
    """One that fails in its second update, after the first has changed both."""
    plain, stepped, updates = policy.log_probs, torch.optim.AdamW.step, []
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda *a, **o: updates.append(1) or stepped(*a, **o))
    # two updates in step 1 and one in step 2 have been made
    policy.log_probs = lambda *a: plain(*a) * (float("nan") if len(updates) == 3 and torch.is_grad_enabled() else 1)
    config = FinetuneConfig(**{**TINY, "checkpoint_minutes": 0.0, "steps": 2})
    for event in finetune(config, policy, EarlyLetterLover(), CONTEXTS, NO_EMAILS, tmp_path / "c"):
        if isinstance(event, Notice):
            break
    assert len(updates) == 3
    before, now = load_checkpoint(tmp_path / "c"), policy.adapter.state()
    assert before.state.step == 1
    assert all(torch.equal(now[name], before.adapter[name]) for name in now)
    merged = [layer.merged.clone() for layer in policy.adapter.layers]
    policy.adapter.merge()
    assert all(torch.equal(was, layer.merged) for was, layer in zip(merged, policy.adapter.layers, strict=True))


def test_three_in_a_row_end_the_run_and_the_last_good_model_is_kept(policy, tmp_path):
    events, error = run(policy, tmp_path / "c", Spoilt({3, 4, 5}))
    assert isinstance(error, Diverged)
    assert "Step 3 failed 3 times in a row" in str(error)
    assert "--resume and half the --learning-rate" in str(error)
    assert len(notices(events)) == 3
    kept = load_checkpoint(tmp_path / "c")
    assert kept.state.step == len(rewards(events)) == 2
    assert all(tensor.isfinite().all() for tensor in (*kept.adapter.values(), *kept.optimizer.values()))
    assert all(torch.equal(tensor, kept.adapter[name]) for name, tensor in policy.adapter.state().items())
    again, error = run(policy, tmp_path / "c", resume=kept)
    assert error is None
    assert [event.step for event in again if isinstance(event, RLStep)] == [3, 4]


def test_weights_that_an_update_spoils_reach_no_checkpoint(policy, tmp_path, monkeypatch):
    """Loss and gradient are finite, what the optimiser makes of them is not."""
    run(policy, tmp_path / "c", steps=2)
    kept, stepped = load_checkpoint(tmp_path / "c"), torch.optim.AdamW.step

    def spoil(optimizer, *arguments, **options):
        stepped(optimizer, *arguments, **options)
        optimizer.param_groups[0]["params"][0].data[0, 0] = float("inf")

    monkeypatch.setattr(torch.optim.AdamW, "step", spoil)
    _, error = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"))
    assert isinstance(error, Diverged)
    again = load_checkpoint(tmp_path / "c")
    assert all(torch.equal(tensor, again.adapter[name]) for name, tensor in kept.adapter.items())
    assert all(torch.equal(tensor, again.optimizer[name]) for name, tensor in kept.optimizer.items())


def test_the_warm_start_skips_too(policy, tmp_path):
    plain, calls = policy.log_probs, []

    def spoilt(*arguments):
        calls.append(1)
        return plain(*arguments) * (float("nan") if len(calls) == 2 else 1)

    policy.log_probs = spoilt
    events, error = run(policy, tmp_path / "c", emails=good(), warm_start_epochs=2, max_new_tokens=40, steps=1)
    assert error is None
    assert "The warm start's step 2 is skipped" in notices(events)[0]
    steps = [event for event in events if isinstance(event, WarmStartStep)]
    assert [event.step for event in steps] == [1, 2, 3, 4]
    assert all(np.isfinite(event.loss) for event in steps)


def test_a_warm_start_that_keeps_failing_says_which_rate_to_lower(policy, tmp_path):
    plain = policy.log_probs
    policy.log_probs = lambda *arguments: plain(*arguments) * float("nan")
    _, error = run(policy, tmp_path / "c", emails=good(), warm_start_epochs=3, max_new_tokens=40, steps=1)
    assert isinstance(error, Diverged)
    assert "--resume and half the --warm-start-learning-rate" in str(error)


def test_a_resumed_run_skips_where_the_uninterrupted_one_did(policy, tmp_path):
    """The data of a step that was skipped do not come again, before and after a resume."""
    whole, _ = run(policy, tmp_path / "whole", Spoilt({2}))
    policy.adapter.load(load_checkpoint(tmp_path / "whole").warm_start)
    first, _ = run(policy, tmp_path / "cut", Spoilt({2}), steps=2)
    second, _ = run(policy, tmp_path / "cut", resume=load_checkpoint(tmp_path / "cut"))
    told = [event.reward_mean for event in timeless([*first, *second])]
    assert told == [event.reward_mean for event in timeless(whole)]


def test_a_resumed_run_that_has_nothing_left_to_do_says_so(policy, tmp_path):
    run(policy, tmp_path / "c", steps=2)
    events, error = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"), steps=2)
    assert (notices(events), rewards(events), error) == ([trainer.NOTHING_LEFT], [], None)
    events, _ = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"), steps=3)
    assert (notices(events), len(rewards(events))) == ([], 1)


# --- memory that runs out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "known"),
    [
        (RuntimeError(ON_THE_PROCESSOR), True),
        (torch.OutOfMemoryError(ON_THE_ACCELERATOR), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError(ON_THE_ACCELERATOR), False),
    ],
)
def test_what_counts_as_out_of_memory(fault, known):
    assert out_of_memory(fault) is known


def test_the_processor_says_so_in_these_words():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50)
    assert out_of_memory(caught.value)


def test_a_portion_is_halved_until_it_fits_and_stays_so():
    asked = []

    def work(size):
        asked.append(size)
        if size > 2:
            raise MemoryError
        return size

    portion = AdaptiveBatchSize("emails", 12)
    assert (portion.run(work), portion.run(work)) == (1, 1)
    assert asked == [12, 6, 3, 1, 1]
    assert len(portion.notices) == 3
    assert "1 emails at once" in portion.notices[-1]


def test_one_at_a_time_is_the_least():
    with pytest.raises(RunError, match=r"memory ran out with one of the emails at a time; lower --max-new-tokens"):
        AdaptiveBatchSize("emails", 4).run(lambda _: (_ for _ in ()).throw(MemoryError()))


def test_other_errors_are_not_tried_again():
    calls = []
    with pytest.raises(KeyError):
        AdaptiveBatchSize("emails", 4).run(lambda size: calls.append(size) or {}["x"])
    assert calls == [4]


@pytest.mark.parametrize("fault", [RuntimeError(ON_THE_PROCESSOR), torch.OutOfMemoryError(ON_THE_ACCELERATOR)])
def test_training_goes_on_with_smaller_micro_batches_and_says_so(policy, tmp_path, fault):
    options = {"emails": good(), "warm_start_epochs": 1, "max_new_tokens": 40, "steps": 2, "micro_batch_size": 12}
    Small(policy, 3, fault)
    events, error = run(policy, tmp_path / "c", **options)
    assert error is None
    assert notices(events) == [f"Memory ran out; from here on {size} emails at once." for size in (6, 3)]
    assert load_checkpoint(tmp_path / "c").state.micro_batch_size == 3


def test_smaller_micro_batches_make_the_same_update(causal_folder, tmp_path):
    ends = []
    for most in (48, 5):
        policy = load_policy(ModelLocation("tiny", causal_folder, "folder"), TINY["lora_rank"], 42, torch.float32)
        Small(policy, most, MemoryError())
        events, _ = run(policy, tmp_path / str(most), steps=1)
        ends.append((rewards(events), policy.adapter.state()))
    assert ends[0][0] == ends[1][0]
    for name, tensor in ends[0][1].items():
        # Adam makes a step of its own of the rounding of a gradient near 0, here and there; a lost part moves them all
        assert (ends[1][1][name] - tensor).abs().mean() < 1e-5


def test_sampling_in_parts_writes_the_same_emails(policy, tmp_path, monkeypatch):
    from outcome_rl.rl import trainer_context

    whole, _ = run(policy, tmp_path / "whole", steps=1)
    plain = trainer_context.sample

    def small(*given, numbers, **options):
        if len(numbers) > 1:
            raise MemoryError
        return plain(*given, numbers=numbers, **options)

    monkeypatch.setattr(trainer_context, "sample", small)
    policy.adapter.load(load_checkpoint(tmp_path / "whole").warm_start)
    parts, error = run(policy, tmp_path / "parts", steps=1)
    assert error is None
    assert notices(parts) == ["Memory ran out; from here on 1 contexts at once."]
    assert timeless(parts)[0].reward_mean == pytest.approx(timeless(whole)[0].reward_mean, abs=1e-6)
    assert timeless(parts)[0].sample_2_email == timeless(whole)[0].sample_2_email


def test_too_little_memory_for_one_email_ends_the_run_with_advice(policy, tmp_path):
    Small(policy, 0, MemoryError())
    _, error = run(policy, tmp_path / "c")
    assert "memory ran out with one of the emails at a time" in str(error)


def test_a_resumed_run_keeps_to_what_fitted(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    kept = load_checkpoint(tmp_path / "c")
    small = checkpoints.Checkpoint(
        replace(kept.state, micro_batch_size=6), kept.adapter, kept.warm_start, kept.optimizer
    )
    Small(policy, 6, MemoryError())
    events, error = run(policy, tmp_path / "c", resume=small, steps=2)
    assert (notices(events), error) == ([], None)
    assert load_checkpoint(tmp_path / "c").state.micro_batch_size == 6, "the next resume has to know as well"


def test_a_resumed_run_may_work_on_more_at_once_where_memory_did_not_run_out(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1, micro_batch_size=6)
    resume = load_checkpoint(tmp_path / "c")
    assert resume.state.micro_batch_size == 0
    sizes, plain = [], policy.log_probs
    policy.log_probs = lambda prompts, *rest: sizes.append(len(prompts)) or plain(prompts, *rest)
    _, error = run(policy, tmp_path / "c", resume=resume, steps=2, micro_batch_size=12)
    assert error is None
    assert max(sizes) == 12


# --- too large from the start -----------------------------------------------------------------------------------------


def machine(monkeypatch, free, total):
    monkeypatch.setattr(oom, "free_memory", lambda accelerator=None: (free, total))


def test_weights_are_counted_without_reading_them(causal_folder):
    model = load_causal_lm(causal_folder, torch.float32)
    assert oom.count_weights(causal_folder) == sum(parameter.numel() for parameter in model.parameters())


def test_a_model_that_cannot_fit_is_refused_with_what_would(causal_folder, monkeypatch):
    n = oom.count_weights(causal_folder)
    machine(monkeypatch, 30 * n, 30 * n)  # all weights need 4 + 4 + 12 + 12 bytes each, an adapter 4 x 1.6
    with pytest.raises(RunError, match=r"needs more than .* GB, and the machine has .* use --tuning lora or"):
        oom.check_room(causal_folder, "full", 4, torch.device("cpu"))
    assert oom.check_room(causal_folder, "lora", 4, torch.device("cpu")) is None
    machine(monkeypatch, 5 * n, 8 * n)
    assert "of the machine are free" in oom.check_room(causal_folder, "lora", 4, torch.device("cpu"))
    machine(monkeypatch, 33 * n, 33 * n)
    assert oom.check_room(causal_folder, "full", 4, torch.device("cpu")) is None


def test_an_accelerators_memory_is_its_own(causal_folder, monkeypatch):
    n = oom.count_weights(causal_folder)
    sizes = {True: (19 * n, 19 * n), False: (13 * n, 13 * n)}
    monkeypatch.setattr(oom, "free_memory", lambda accelerator=None: sizes[accelerator is not None])
    with pytest.raises(RunError, match="and the accelerator has"):  # 2 + 2 + 4 + 12
        oom.check_room(causal_folder, "full", 2, torch.device("cuda"))


def test_a_container_has_its_share(tmp_path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert oom.free_memory(system=tmp_path) == (600_000, 1_000_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert oom.free_memory(system=tmp_path)[1] > 1_000_000


def test_another_precision_is_refused(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    kept = load_checkpoint(tmp_path / "c")
    other = checkpoints.Checkpoint(replace(kept.state, dtype="bfloat16"), kept.adapter, kept.warm_start, kept.optimizer)
    _, error = run(policy, tmp_path / "c", resume=other)
    assert "the run computes in bfloat16" in str(error)


def test_checkpoints_of_older_versions_are_read(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    now = load_checkpoint(tmp_path / "c").state
    seen = {
        "step": 1,
        "best_step": 1,
        "best": 0.5,
        "best_kl": 2.0,
        "waits": 3,
        "variety": 0.7,
        "seconds": 4.0,
        "at": 9.0,
    }
    former = {
        "phase": "rl",
        "warm_steps": 2,
        "step": 1,
        "completions": 8,
        "seconds": 5.0,
        "kl": 0.1,
        "dtype": "float32",
    }
    write_json(tmp_path / "c" / "state.json", former | {"guard": seen, "in_a_row": 1, "longest": 6.0})
    state = load_checkpoint(tmp_path / "c").state
    assert (state.consecutive_nonfinite, state.slowest_step_seconds, state.skipped) == (1, 6.0, 0)
    stopping = state.early_stopping
    assert (stopping.evaluations_without_improvement, stopping.evaluation_seconds, stopping.evaluated_at) == (
        3,
        4.0,
        9.0,
    )
    assert (stopping.best, state.seconds, now.phase) == (0.5, 5.0, "rl")
