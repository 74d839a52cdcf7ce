"""How does a page on a Space hold up under many visitors at once, some of whom train?

    python benchmarks/visitors.py [--looking 25] [--training 5] [--rounds 3] [--json]

Starts ``app.py`` as a Space starts it, in a workspace of its own. First one visitor looks alone, beside nothing; then
as many as were asked for look all at once, as fast as they are answered, while others have a tuning at work. To look is
to open the page, take the sample data, read rows, have them checked, ask for progress, and have an email scored by a
reward model of their own (that of the page's example, put into each visitor's folder), each round another email
of the sample. Printed are, for each of these, the seconds that it took (the median alone and among the others, and the
slowest), how many were told to come again in so many seconds and how many failed; which trainings were at work and
which waited; the processor's seconds that the server took for all of it; and the most memory that the server and the
trainings held.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.visitor_ids import COOKIE
from outcome_rl.ui.example.bundle import reward_model_folder

PATIENCE = 600
BUSY = (429, 503)
"""Answers that say when to come again."""
SAMPLE = {"name": "sample"}
APART = 151
"""Emails between those that a visitor has scored in two rounds, so that 150 visitors never share one in a round."""
SENT = read_emails(sample_file("one_seller.csv"))


class Busy(Exception):
    """The page asks to come again later."""


@dataclass
class Tally:
    """What came of one kind of call."""

    seconds: list[float] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


class Visitor:
    """One visitor with a cookie of their own, and a reward model in their folder."""

    def __init__(self, address: str, home: Path, reward_model: Path, number: int = 0) -> None:
        self.client = httpx.Client(base_url=address, timeout=PATIENCE)
        self.client.get("/workspace")
        self.next_email = number
        self.space = Workspace(home / self.client.cookies[COOKIE].partition(".")[0])
        shutil.copytree(reward_model, self.space.reward_model, symlinks=True)

    def call(self, name: str, **given: Any) -> Any:
        """What an endpoint gives. Raises Busy; RuntimeError with what it says."""
        joined = self.client.post(f"/gradio_api/call/v2/{name}", json=given)
        if joined.status_code in BUSY and int(joined.headers.get("retry-after", 0)) > 0:
            raise Busy(joined.text)
        if joined.status_code != 200:
            raise RuntimeError(f"{joined.status_code}: {joined.text[:200]}")
        answer = self.client.get(f"/gradio_api/call/{name}/{joined.json()['event_id']}").text
        kind, _, said = answer.strip().rpartition("event: ")[2].partition("\ndata: ")
        if kind != "complete":
            raise RuntimeError(said[:200])
        return json.loads(said)

    def open_page(self) -> None:
        """The page with all that it needs to be drawn."""
        self.client.get("/").raise_for_status()
        self.client.get("/config").raise_for_status()

    def look(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """One round, call by call."""
        place, self.next_email = self.next_email % len(SENT), self.next_email + APART
        draft = {"context": SENT.contexts[place], "email": SENT.emails[place]}
        yield "open the page", self.open_page
        yield "take the sample", lambda: self.call("use_sample")
        yield "read rows", lambda: self.call("read_data", data=SAMPLE, first=0, count=20)
        yield "check the data", lambda: self.call("check_data", data=SAMPLE)
        yield "progress", lambda: self.call("progress")
        yield "score an email", lambda: self.call("score_email", **draft)


class Memory(threading.Thread):
    """The most that the server, and all processes that work in its workspace, held at once."""

    def __init__(self, server: psutil.Process, home: Path) -> None:
        super().__init__(daemon=True)
        self.server, self.home, self.ended = server, str(home), threading.Event()
        self.most_server = self.most_jobs = 0

    def run(self) -> None:
        while not self.ended.wait(0.5):
            self.most_server = max(self.most_server, _resident(self.server))
            jobs = [each for each in psutil.process_iter(["cmdline"]) if self._is_job(each)]
            self.most_jobs = max(self.most_jobs, sum(map(_resident, jobs)))

    def _is_job(self, process: psutil.Process) -> bool:
        return process.pid != self.server.pid and any(self.home in each for each in process.info["cmdline"] or ())


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The page as a Space serves it, up; its address and process. All jobs end with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name not in ("SPACE_HOST", "HF_TOKEN")}
    environment |= {"SPACE_ID": "local/benchmark", "HF_HUB_OFFLINE": "1", "GRADIO_TEMP_DIR": str(folder / "cache")}
    environment |= {"OUTCOME_RL_WORKSPACE": str(folder)}
    command = [sys.executable, "app.py", "--host", "127.0.0.1", "--port", port]
    with open(folder / "app.log", "wb") as log:
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        while app.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/workspace", timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", psutil.Process(app.pid)
    finally:
        app.terminate()
        app.wait()


def timed(visitor: Visitor, rounds: int, tallies: dict[str, Tally]) -> None:
    """Look so often; what came of each call goes into the tallies."""
    for _ in range(rounds):
        for what, call in visitor.look():
            began = time.monotonic()
            try:
                call()
                said = "answered"
            except Busy:
                said = "told to come again"
            except (RuntimeError, httpx.HTTPError) as fault:
                said = f"failed: {type(fault).__name__}: {fault}"
            tallies[what].seconds.append(time.monotonic() - began)
            tallies[what].told[said] += 1


def start_training(visitor: Visitor) -> str:
    """``at work``, ``waiting``, or why it is neither."""
    try:
        visitor.call("start_finetune", data=SAMPLE, minutes=30)
        return visitor.space.runs()[0].state()
    except (Busy, RuntimeError) as fault:
        return str(fault)


def measure(folder: Path, looking: int, training: int, rounds: int) -> dict[str, Any]:
    """Alone first, then all at once."""
    reward_model, home = reward_model_folder(), folder / "visitors"
    alone: dict[str, Tally] = defaultdict(Tally)
    among: dict[str, Tally] = defaultdict(Tally)
    with served(folder) as (address, server):
        one = Visitor(address, home, reward_model)
        timed(one, 1, defaultdict(Tally))  # what is loaded once
        timed(one, rounds, alone)
        before = _resident(server)
        crowd = [Visitor(address, home, reward_model, number) for number in range(1, looking + training + 1)]
        memory = Memory(server, folder)
        memory.start()
        took = sum(server.cpu_times()[:2])
        trainings = Counter(start_training(each) for each in crowd[looking:])
        with ThreadPoolExecutor(max(1, looking)) as threads:
            list(threads.map(lambda each: timed(each, rounds, among), crowd[:looking]))
        took = sum(server.cpu_times()[:2]) - took
        memory.ended.set()
        memory.join()
        at_work = sum(run.state() == "running" for each in crowd[looking:] for run in each.space.runs())
        for visitor in crowd[looking:]:
            visitor.client.post("/workspace/delete", data={"sure": "yes"})
        log = (folder / "app.log").read_text(encoding="utf-8", errors="replace")
    return {
        "trainings": dict(trainings),
        "trainings at work when all had looked": at_work,
        "calls": {what: _figures(alone[what], among[what]) for what in among},
        "server, seconds of a processor": round(took, 1),
        "memory": {"server before": before, "server at most": memory.most_server, "trainings": memory.most_jobs},
        "tracebacks in the log": log.count("Traceback"),
    }


def _figures(alone: Tally, among: Tally) -> dict[str, Any]:
    return {
        "alone": round(statistics.median(alone.seconds), 2),
        "median": round(statistics.median(among.seconds), 2),
        "slowest": round(max(among.seconds), 2),
        "came of it": dict(among.told),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looking", type=int, default=25, help="visitors who look (default %(default)s)")
    parser.add_argument("--training", type=int, default=5, help="visitors who ask for a tuning (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each who looks (default %(default)s)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.looking, chosen.training, chosen.rounds)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(name)
        for what, figures in value.items() if isinstance(value, dict) else [("", value)]:
            print(f"  {what}: {json.dumps(figures)}")


if __name__ == "__main__":
    main()
