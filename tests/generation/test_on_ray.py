"""Several machines make the parts that one process would make, and go on where a killed one ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import outcome_rl as orl
from outcome_rl.api.in_parts import score_in_parts
from outcome_rl.config import SamplingConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.errors import ConfigError
from outcome_rl.events import Progress
from outcome_rl.generation.on_ray import CORES, Crew, cluster
from outcome_rl.generation.part_work import ScoreParts, WriteParts
from outcome_rl.generation.score_csv import CHUNK
from outcome_rl.runs.workspace import Workspace
from tests.helpers.command_line import ROOT, environment, posix, typed

SHORT = SamplingConfig(max_new_tokens=8)
NUMBERS = ("p_no_reply", "p_reply", "p_conversion", "reward")
STORE = 80 * 2**20
"""Bytes; Ray takes no fewer."""


def test_one_worker_for_each_gpu_or_group_of_cores():
    assert Crew.of([{"CPU": 64, "GPU": 8}, {"CPU": 64, "GPU": 2}]) == Crew(10, 1, 1)
    assert Crew.of([{"CPU": 1}, {"CPU": 1}]) == Crew(2, 1)
    assert Crew.of([{"CPU": 2 * CORES}, {"CPU": 3 * CORES + 1}]) == Crew(5, CORES)
    assert Crew.of([{"CPU": 0}, {"CPU": 2}]) == Crew(1, 2)
    with pytest.raises(ConfigError, match="no machine with a core"):
        Crew.of([{"memory": 1}])


def test_who_is_connected_already_keeps_the_connection(monkeypatch):
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    monkeypatch.setattr(ray, "shutdown", lambda: pytest.fail("somebody else's"))
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    with pytest.raises(ConfigError, match=r"call ray\.shutdown\(\) first"), cluster(None):
        pass
    assert "RAY_AUTH_TOKEN" not in os.environ


def test_a_part_is_a_multiple_of_what_is_written_together():
    work = WriteParts("tiny", None, SHORT, candidates=1, best_of=3, merge_fields=False)
    assert work.unit == 10, "three emails for each of ten contexts"
    assert Crew(2, 1).rows_each(work, 1000, wanted=25) == 30
    assert Crew(2, 1).rows_each(work, 1000, wanted=None) == 130, "an eighth, and a multiple"
    assert Crew(2, 1).rows_each(work, 1_000_000, wanted=None) == 520
    assert Crew(2, 1).rows_each(ScoreParts("r"), 100_000, wanted=5) == 5
    assert Crew(2, 1).rows_each(ScoreParts("r"), 7, wanted=None) == CHUNK, "what one process scores together"
    assert Crew(2, 1).rows_each(ScoreParts("r"), 10 * CHUNK, wanted=None) == 2 * CHUNK


@pytest.fixture(scope="module")
def two_machines() -> Iterator[str]:
    """The address of a cluster of two machines of a core each, both this one."""
    ray = pytest.importorskip("ray")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))  # the paths of sockets in it may have 107 letters
    own = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0", "RAY_AUTH_MODE": "disabled"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**own, "RAY_BACKEND_LOG_LEVEL": "fatal", "PYTHONPATH": str(ROOT)}.items():
            patch.setenv(name, value)
        head = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False, "temp_dir": str(folder)}
        cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
        try:
            cluster.add_node(num_cpus=1, object_store_memory=STORE)
            yield cluster.address
        finally:
            ray.shutdown()
            cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def people(tmp_path: Path, few: orl.EmailData) -> Path:
    """45 contexts with a name and a firm beside each."""
    rows = [[context, f"Ann{n}", f"Firm {n}"] for n, context in enumerate(few.contexts[:45])]
    write_rows(tmp_path / "people.csv", ("context", "first_name", "company"), rows)
    return tmp_path / "people.csv"


def emails_of(few: orl.EmailData, folder: Path, rows: int = 60) -> Path:
    pairs = zip(few.contexts[:rows], few.emails[:rows], strict=True)
    write_rows(folder / "emails.csv", ("context", "email_text"), pairs)
    return folder / "emails.csv"


def columns_of(folder: Path) -> dict[str, list]:
    """All parts of a folder as one table, as any reader of Parquet has it."""
    dataset = pytest.importorskip("pyarrow.dataset")
    parts = sorted(folder.glob("part-*.parquet"))
    return dict(dataset.dataset(parts).to_table().to_pydict())


def alike(found: dict[str, list], path: Path) -> None:
    """The table is that of a CSV of one process."""
    import csv

    with open(path, newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(found) == list(rows[0])
    for name, cells in found.items():
        one = [row[name] for row in rows]
        if name in NUMBERS:
            assert cells == pytest.approx([float(cell) for cell in one], abs=1e-5), name
        else:
            assert [str(cell) for cell in cells] == one, name


@pytest.mark.slow
def test_two_machines_score_and_write_as_one_process_does(two_machines, made_models, few, people, tmp_path):
    space, file, seen = Workspace(made_models), emails_of(few, tmp_path), []
    out = tmp_path / "scored"
    result = score_in_parts(
        file, out, reward_model=space.reward_model, address=two_machines, part_rows=16, on_event=seen.append
    )
    status, _, err = typed("score", file, "--workspace", made_models, "--out", tmp_path / "one.csv", cwd=tmp_path)
    assert status == 0, err
    alike(columns_of(out), tmp_path / "one.csv")
    names = [path.name for path in out.iterdir()]
    assert sorted(names) == ["_manifest.json", *(f"part-0000000{n}.parquet" for n in range(4))]
    assert (result["n"], result["parts"]) == (60, 4)
    told = [(event.done, event.total) for event in seen if isinstance(event, Progress)]
    assert (told[0], told[-1], len(told)) == ((0, 60), (60, 60), 5)

    asked = ["--contexts", people, "--max-new-tokens", 8, "--candidates", 2, "--best-of", 2]
    status, _, err = typed("generate", *asked, "--workspace", made_models, "--out", "two.csv", cwd=tmp_path)
    assert status == 0, err
    more = ["--engine", "ray", "--address", two_machines, "--part-rows", 16, "--out", "written"]
    status, _, err = typed("generate", *asked, *more, "--workspace", made_models, cwd=tmp_path)
    assert status == 0, err
    found = columns_of(tmp_path / "written")
    alike(found, tmp_path / "two.csv")
    assert found["company"][:4] == ["Firm 0", "Firm 0", "Firm 1", "Firm 1"]
    assert "writing the emails: 45 of 45" in err


KILLED = """
import os, signal, sys
from outcome_rl.api.in_parts import score_in_parts

def die(event):
    if getattr(event, "done", 0):
        os.kill(os.getpid(), signal.SIGKILL)

data, out, model = sys.argv[1:]
score_in_parts(data, out, reward_model=model, part_rows=10, on_event=die)
"""


@posix
@pytest.mark.slow
def test_what_a_killed_process_has_made_is_not_made_again(two_machines, made_models, few, tmp_path):
    model, file, out = Workspace(made_models).reward_model, emails_of(few, tmp_path), tmp_path / "out"
    mark = {"MARKED_BY_A_TEST": str(tmp_path)}
    alone = {name: value for name, value in environment(**mark).items() if name != "RAY_AUTH_MODE"}
    command = [sys.executable, "-c", KILLED, str(file), str(out), str(model)]
    done = subprocess.run(command, env=alone, capture_output=True, text=True, timeout=240)
    assert done.returncode == -signal.SIGKILL, done.stderr
    _, alive = psutil.wait_procs(_marked(mark), timeout=60)
    assert alive == [], "its workers are gone with it"
    made = {path.name: path.stat().st_mtime_ns for path in out.glob("part-*.parquet")}
    assert made
    with pytest.raises(ConfigError, match="explain: False before, True now"):
        score_in_parts(file, out, reward_model=model, explain=True, address=two_machines)
    result = score_in_parts(file, out, reward_model=model, address=two_machines)
    assert (result["n"], result["parts"]) == (60, 6)
    assert {name: (out / name).stat().st_mtime_ns for name in made} == made
    scored = orl.RewardModel.load(model).score(few.contexts, few.emails)
    assert columns_of(out)["reward"] == pytest.approx(scored.rewards.tolist(), abs=1e-5)
    again = score_in_parts(file, out, reward_model=model, address=two_machines, on_event=pytest.fail)
    assert again == result, "there is nothing to do"


def _marked(mark: dict[str, str]) -> list[psutil.Process]:
    """The processes that have inherited a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark.items() <= process.environ().items():
                found.append(process)
        except psutil.Error:
            continue
    return found
