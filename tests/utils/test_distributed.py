"""Several processes tune one model: the same update as one makes, one writer of files, one end for all."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch
from test_cli import ENVIRONMENT, TUNING, folder, posix, refused, whole  # noqa: F401
from test_finetune import CONTEXTS, TINY, EarlyLetterLover, good

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.finetune import finetune
from outcome_rl.rl.validation import Validation
from outcome_rl.runs.workspace import Run, replay
from outcome_rl.utils import distributed

SETTINGS = {
    **TINY,
    "learning_rate": 2e-3,
    "samples_per_context": 4,
    "micro_batch_size": 5,
    "kl_weight": 0.1,
    "warm_start_epochs": 1,
    "max_new_tokens": 24,
    "steps": 3,
    "contexts_per_step": 4,  # 6 contexts: the second step of a pass has two, the first four
    "guard_contexts": 1,
}


def tune(model, out, tuning):
    """A fine-tune of a warm start and three steps; its checkpoint and its events are in ``out``."""
    torch.set_num_threads(1)
    config = FinetuneConfig(**SETTINGS, tuning=tuning)
    policy = load_policy(ModelLocation("tiny", Path(model), "folder"), 8, 42, torch.float32, tuning)
    guard = Validation(("Customer: nobody.",))
    told = list(finetune(config, policy, EarlyLetterLover(), CONTEXTS, good(13), Path(out) / "c", guard=guard))
    name = f"events-{distributed.rank()}.json"
    (Path(out) / name).write_text(json.dumps([ev.to_json(event) for event in told]))


def several(model, out, tuning, count):
    """The same in ``count`` processes over gloo; their exit statuses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
    }
    code = f"import test_processes as t; t.processes.join(); t.tune({str(model)!r}, {str(out)!r}, {tuning!r})"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env={**ENVIRONMENT, **own, "RANK": str(rank), "LOCAL_RANK": str(rank), "ACCELERATE_USE_CPU": "true"},
        )
        for rank in range(count)
    ]
    return [process.wait(timeout=240) for process in started]


@pytest.mark.parametrize(("family", "tuning"), [("gpt2", "lora"), ("llama", "full")])
def test_two_processes_make_the_update_of_one(models_folder, tmp_path, family, tuning):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    tune(models_folder / family, tmp_path / "one", tuning)
    assert several(models_folder / family, tmp_path / "two", tuning, 2) == [0, 0]
    one, two = (load_checkpoint(tmp_path / name / "c") for name in ("one", "two"))
    for part in ("warm_start", "adapter", "best"):
        expected, found = getattr(one, part), getattr(two, part)
        assert expected.keys() == found.keys()
        for name, tensor in expected.items():
            torch.testing.assert_close(found[name], tensor, atol=2e-4, rtol=1e-3, msg=f"{part} {name}")
    told = [
        json.loads((tmp_path / name).read_text())
        for name in ("one/events-0.json", "two/events-0.json", "two/events-1.json")
    ]
    steps = [[event for event in events if event["event"] in ("rl_step", "warm_start_step")] for events in told]
    assert len(steps[0]) == 5
    for single, main, other in zip(*steps, strict=True):
        for name in {"reward_mean", "loss", "kl", "grad_norm", "completions", "length_mean"} & single.keys():
            assert main[name] == pytest.approx(single[name], abs=2e-4), name
            assert main[name] == other[name]
        assert main.get("sample_2_email") == single.get("sample_2_email")


def test_one_process_alone_needs_none_of_it(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert (distributed.count(), distributed.rank(), distributed.is_main(), distributed.leave()) == (1, 0, True, True)
    assert distributed.share([1, 2, 3]) == distributed.gathered([1, 2, 3]) == [1, 2, 3]
    assert (distributed.agreed(True), distributed.agreed(False), distributed.total(2.5)) == (True, False, 2.5)
    assert distributed.done_by_main(lambda: 7) == distributed.from_main(7) == 7
    assert "torch" in sys.modules  # by this file; the next line is what a command does before it imports it
    code = "import sys; from outcome_rl import processes; processes.join(); processes.done_by_main(int); "
    code += "print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True).strip() == "False"


@pytest.mark.parametrize(("items", "of"), [(7, 2), (2, 3), (0, 2), (12, 4)])
def test_shares_are_the_whole_and_alike(monkeypatch, items, of):
    parts = []
    monkeypatch.setattr(distributed, "count", lambda: of)
    for place in range(of):
        monkeypatch.setattr(distributed, "rank", lambda place=place: place)
        parts.append(distributed.share(range(items)))
    assert [item for part in parts for item in part] == list(range(items))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


# --- accelerate launch ------------------------------------------------------------------------------------------------


def launch(*arguments, cwd):
    """A command in two processes over gloo; without ``--multi_gpu`` accelerate starts one where there is no GPU."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    started += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", port, "-m", "outcome_rl"]
    return subprocess.Popen(
        [sys.executable, *started, *map(str, arguments)],
        cwd=cwd, env={**ENVIRONMENT, "ACCELERATE_USE_CPU": "true"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def asked(whole, name, steps):  # noqa: F811
    tuning = ["--guard-contexts", 0, "--checkpoint-minutes", 0, "--run-name", name, "--json"]
    return [
        "finetune",
        "mails.csv",
        "--model",
        whole.base,
        "--steps",
        steps,
        *TUNING,
        *tuning,
        "--out",
        f"outputs/{name}",
    ]


def steps_of(run):
    return [event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)]


@posix
def test_a_launched_run_has_one_record_and_one_result_and_stops_as_one(whole):  # noqa: F811
    work = launch(*asked(whole, "pair", 200), cwd=whole.folder)
    run = Run(whole.outputs / "runs" / "pair")
    wait_for(lambda: len(steps_of(run)) >= 2, work)
    assert set(workers(work)) == {"0", "1"}
    run.request_stop()
    out, err = work.communicate(timeout=120)
    assert json.loads(next(line for line in out.splitlines() if line.startswith("{")))["stopped"] is True, err
    assert (err.count("run pair"), out.count("{")) == (1, 1)
    found = steps_of(run)
    assert found == list(range(1, len(found) + 1))
    assert run.state() == "stopped"
    assert {event.completions / event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)} == {4.0}
    work = launch("finetune", "--resume", "pair", "--steps", len(found) + 1, "--json", cwd=whole.folder)
    out, err = work.communicate(timeout=120)
    assert work.returncode == 0, err
    done = json.loads(out.splitlines()[-1])
    assert (done["steps"], done["completions"]) == (len(found) + 1, 4 * (len(found) + 1))
    assert done["evaluation"].keys() >= {"base", "warm_start", "tuned"}
    assert steps_of(run) == [*found, len(found) + 1]
    assert run.state() == "done"


@posix
def test_a_process_that_dies_ends_them_all(whole):  # noqa: F811
    work = launch(*asked(whole, "broken", 500), cwd=whole.folder)
    run = Run(whole.outputs / "runs" / "broken")
    wait_for(lambda: len(steps_of(run)) >= 2, work)
    both = workers(work)
    began = time.monotonic()
    both["1"].send_signal(signal.SIGKILL)
    work.communicate(timeout=60)
    assert time.monotonic() - began < 45
    assert work.returncode != 0
    assert not [process for process in both.values() if process.is_running()]
    assert run.state() in ("failed", "interrupted")
    assert load_checkpoint(run.checkpoint).state.step >= 1


def test_a_process_that_has_done_its_part_ends_whatever_would_happen_at_the_interpreters_end():
    code = "import atexit, os; from outcome_rl import processes\n"
    code += "atexit.register(os.abort); print('said'); processes.end()"
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "said\n")


def workers(work):
    """The processes that a launcher started, by rank."""
    found = psutil.Process(work.pid).children(recursive=True)
    return {rank: process for process in found if (rank := process.environ().get("RANK"))}


def wait_for(there, work, seconds=120):
    end = time.monotonic() + seconds
    while not there():
        assert work.poll() is None, work.communicate()[1][-3000:]
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize("command", ["run", "train-reward"])
def test_only_finetune_is_shared(tmp_path, command, monkeypatch):
    (tmp_path / "good.csv").write_text("context,email_text,outcome\nC,E,1\n")
    monkeypatch.setitem(ENVIRONMENT, "WORLD_SIZE", "2")
    assert f"{command} works in one process" in refused(command, "good.csv", cwd=tmp_path)
    assert os.listdir(tmp_path) == ["good.csv"]
