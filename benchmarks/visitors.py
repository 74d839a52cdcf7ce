"""How does a page on a Space hold up under many visitors at once, some of whom train?

    python benchmarks/visitors.py [--reading 15] [--looking 25] [--training 5] [--rounds 3] [--json]

Starts ``app.py`` as a Space starts it, in a workspace of its own. First one visitor looks alone, beside nothing. Then
some begin a tuning, of which a Space lets two work at once; when these write emails, one visitor looks alone beside
them, and last as many as were asked for look beside them and each other. To look is to open the page, take the sample
data, read rows, have them checked, ask for progress, and have an email scored by a reward model of their own (that of
the page's example, put into each visitor's folder), each round another email of the sample.

Visitors read what they get: each begins at a moment of their own within the length of a round, and lets some seconds
pass before the next call, ``--reading`` in the mean (drawn from an exponential distribution, the same each time), in
which the open page asks every other second whether there is something new, as it does in a browser.
``--reading 0`` has all of them ask for everything at the same moment, without a pause; 25 are then 25 times the work of
one, and the last of them waits for all of it.

Printed are, for each of these, the seconds that it took (the median alone, beside the trainings, and among the others;
the slowest; the median among the others in times that beside the trainings), how many were told to come again in so
many seconds and how many failed; which trainings were at work and which waited; the processor's seconds that the server
took while all looked, and how long that was; and the most memory that the server and the trainings held.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.space import Busy, Visitor, resident, served
from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.ui.example.bundle import reward_model_folder

SAMPLE = {"name": "sample"}
SENT = read_emails(sample_file("one_seller.csv"))
APART = 151
"""Emails between those that a visitor has scored in two rounds, so that 150 visitors never share one in a round."""
ALONE = 4
"""How many times as often the visitor looks who is alone, and how many times as briefly they read: nobody waits for
them, and the fewer the answers are, the less a median of them says.
"""
OPEN, EVERY = "the open page, by itself", 2.0
"""What a page that is open asks for while its visitor reads, and how often, in seconds."""
WARM_UP = 240
"""Seconds after which a training is taken to be at work, whether it has written an email or not."""


@dataclass
class Tally:
    """What came of one kind of call."""

    seconds: list[float] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def add(self, call: Callable[[], Any]) -> None:
        """Make the call, and note how long it took and what came of it."""
        began = time.monotonic()
        try:
            call()
            said = "answered"
        except Busy:
            said = "told to come again"
        except (RuntimeError, httpx.HTTPError) as fault:
            said = f"failed: {type(fault).__name__}: {fault}"
        self.seconds.append(time.monotonic() - began)
        self.told[said] += 1


Tallies = defaultdict[str, Tally]


class Memory(threading.Thread):
    """The most that the server, and all processes that work in its workspace, held at once."""

    def __init__(self, server: psutil.Process, home: Path) -> None:
        super().__init__(daemon=True)
        self.server, self.home, self.ended = server, str(home), threading.Event()
        self.most_server = self.most_jobs = 0

    def run(self) -> None:
        while not self.ended.wait(0.5):
            self.most_server = max(self.most_server, resident(self.server))
            jobs = [each for each in psutil.process_iter(["cmdline"]) if self._is_job(each)]
            self.most_jobs = max(self.most_jobs, sum(map(resident, jobs)))

    def _is_job(self, process: psutil.Process) -> bool:
        return process.pid != self.server.pid and any(self.home in each for each in process.info["cmdline"] or ())


class Reader:
    """A visitor who looks and reads; ``number`` decides what they have scored and when they ask."""

    def __init__(self, visitor: Visitor, number: int, reading: float) -> None:
        self.visitor, self.reading = visitor, reading
        self.next_email, self.dice = number, random.Random(f"visitor {number}")

    def look(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """One round, call by call."""
        place, self.next_email = self.next_email % len(SENT), self.next_email + APART
        draft, call = {"context": SENT.contexts[place], "email": SENT.emails[place]}, self.visitor.call
        yield "open the page", self.visitor.open_page
        yield "take the sample", lambda: call("use_sample")
        yield "read rows", lambda: call("read_data", data=SAMPLE, first=0, count=20)
        yield "check the data", lambda: call("check_data", data=SAMPLE)
        yield "progress", lambda: call("progress")
        yield "score an email", lambda: call("score_email", **draft)

    def arrive(self) -> None:
        """Wait for the moment at which this visitor begins."""
        time.sleep(self.dice.uniform(0, len(list(self.look())) * self.reading))

    def read(self, tally: Tally) -> None:
        """Let the time pass that reading takes; the page is open meanwhile, and asks what is new."""
        ends = time.monotonic() + (self.dice.expovariate(1 / self.reading) if self.reading else 0)
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, EVERY))
            if left > EVERY:
                tally.add(self.visitor.stay)

    def look_so_often(self, rounds: int, tallies: Tallies) -> None:
        """What came of each call goes into the tallies."""
        for _ in range(rounds):
            for what, call in self.look():
                tallies[what].add(call)
                self.read(tallies[OPEN])


def start_training(visitor: Visitor) -> str:
    """``running``, ``waiting``, or why it is neither."""
    try:
        visitor.call("start_finetune", data=SAMPLE, minutes=30)
        return visitor.space.runs()[0].state()
    except (Busy, RuntimeError) as fault:
        return str(fault)


def wait_for_emails(visitors: list[Visitor]) -> None:
    """Until each training at work writes: before that, it is a program that starts."""
    until = time.monotonic() + WARM_UP
    for visitor in visitors:
        for run in visitor.space.runs():
            while run.state() == "running" and time.monotonic() < until:
                if run.events_file.exists() and b'"rl_' in run.events_file.read_bytes():
                    break
                time.sleep(1)


def measure(folder: Path, looking: int, training: int, rounds: int, reading: float) -> dict[str, Any]:
    """Alone first, then alone beside the trainings, then all."""
    reward_model, home = reward_model_folder(), folder / "visitors"
    alone, beside, among = Tallies(Tally), Tallies(Tally), Tallies(Tally)
    with served(folder) as (address, server):
        one = Reader(Visitor(address, home, reward_model), 0, reading / ALONE)
        Reader(one.visitor, len(SENT) - 1, 0).look_so_often(1, Tallies(Tally))  # what is loaded once
        one.look_so_often(rounds, alone)
        before = resident(server)
        memory = Memory(server, folder)
        memory.start()
        trainers = [Visitor(address, home, reward_model) for _ in range(training)]
        trainings = Counter(start_training(each) for each in trainers)
        wait_for_emails(trainers)
        one.look_so_often(ALONE * rounds, beside)
        crowd = [Reader(Visitor(address, home, reward_model), number, reading) for number in range(1, looking + 1)]
        took, began = sum(server.cpu_times()[:2]), time.monotonic()
        with ThreadPoolExecutor(max(1, looking)) as threads:
            list(threads.map(lambda each: (each.arrive(), each.look_so_often(rounds, among)), crowd))
        took, lasted = sum(server.cpu_times()[:2]) - took, time.monotonic() - began
        memory.ended.set()
        memory.join()
        at_work = sum(run.state() == "running" for each in trainers for run in each.space.runs())
        for visitor in trainers:
            visitor.client.post("/workspace/delete", data={"sure": "yes"})
        log = (folder / "app.log").read_text(encoding="utf-8", errors="replace")
    return {
        "trainings": dict(trainings),
        "trainings at work when all had looked": at_work,
        "calls": {what: _figures(alone[what], beside[what], among[what]) for what in among if among[what].seconds},
        "server, seconds of a processor": round(took, 1),
        "while all looked, seconds": round(lasted, 1),
        "load": [round(each, 1) for each in psutil.getloadavg()],
        "memory": {"server before": before, "server at most": memory.most_server, "trainings": memory.most_jobs},
        "tracebacks in the log": log.count("Traceback"),
    }


def _figures(alone: Tally, beside: Tally, among: Tally) -> dict[str, Any]:
    medians = [statistics.median(each.seconds or [math.nan]) for each in (alone, beside, among)]
    return {
        **dict(zip(("alone", "beside trainings", "median"), (round(each, 3) for each in medians), strict=True)),
        "times": round(medians[2] / medians[1], 1),
        "slowest": round(max(among.seconds), 2),
        "came of it": dict(among.told),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reading", type=float, default=15, help="seconds before the next call (default %(default)s)")
    parser.add_argument("--looking", type=int, default=25, help="visitors who look (default %(default)s)")
    parser.add_argument("--training", type=int, default=5, help="visitors who ask for a tuning (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each who looks (default %(default)s)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.looking, chosen.training, chosen.rounds, chosen.reading)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(name)
        for what, figures in value.items() if isinstance(value, dict) else [("", value)]:
            print(f"  {what}: {json.dumps(figures)}")


if __name__ == "__main__":
    main()
