"""What counts as out of memory, halving what is worked on at once, models too large from the start."""

import pytest
import torch

from outcome_rl.errors import RunError
from outcome_rl.models.loading import load_causal_lm
from outcome_rl.utils import oom
from outcome_rl.utils.oom import AdaptiveBatchSize, out_of_memory

ON_THE_PROCESSOR = "[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried to"
ON_THE_ACCELERATOR = "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 14.58 GiB"


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


def machine(monkeypatch, free, total):
    monkeypatch.setattr(oom, "free_memory", lambda accelerator=None: (free, total))


def test_weights_are_counted_without_reading_them(causal_folder):
    model = load_causal_lm(causal_folder, torch.float32)
    assert oom.count_weights(causal_folder) == sum(parameter.numel() for parameter in model.parameters())


def test_a_model_that_cannot_fit_is_refused_with_what_would(causal_folder, monkeypatch):
    n = oom.count_weights(causal_folder)
    machine(monkeypatch, 30 * n, 30 * n)  # all weights need 4 + 4 + 12 + 12 bytes each, an adapter 4 x 1.6
    with pytest.raises(RunError, match=r"needs more than .* GB, and the machine has .* use --tuning lora or"):
        oom.check_memory(causal_folder, "full", 4, torch.device("cpu"))
    assert oom.check_memory(causal_folder, "lora", 4, torch.device("cpu")) is None
    machine(monkeypatch, 5 * n, 8 * n)
    assert "of the machine are free" in oom.check_memory(causal_folder, "lora", 4, torch.device("cpu"))
    machine(monkeypatch, 33 * n, 33 * n)
    assert oom.check_memory(causal_folder, "full", 4, torch.device("cpu")) is None


def test_an_accelerators_memory_is_its_own(causal_folder, monkeypatch):
    n = oom.count_weights(causal_folder)
    sizes = {True: (19 * n, 19 * n), False: (13 * n, 13 * n)}
    monkeypatch.setattr(oom, "free_memory", lambda accelerator=None: sizes[accelerator is not None])
    with pytest.raises(RunError, match="and the accelerator has"):  # 2 + 2 + 4 + 12
        oom.check_memory(causal_folder, "full", 2, torch.device("cuda"))


def test_a_container_has_its_share(tmp_path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert oom.free_memory(system=tmp_path) == (600_000, 1_000_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert oom.free_memory(system=tmp_path)[1] > 1_000_000
