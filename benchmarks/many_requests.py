"""Does a page on a Space hold more and more memory, or disk, the more it is asked for?

    python benchmarks/many_requests.py [--requests 10000] [--visitors 40] [--json]

Starts ``app.py`` as a Space starts it and asks it for so many things, four at a time, by visitors in turn: the page and
its settings, scripts, what is at work, calls that look at the sample and have an email scored, and uploads, each of a
file that nobody has had before. Every tenth part of the way it notes the server's memory since the last note, at least
and at most, and the files in gradio's cache. Who is told to come again in so many seconds comes again then; what is
counted are requests, not tries.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.space import Busy, Visitor, resident, served
from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.ui.example.bundle import reward_model_folder

SAMPLE = {"name": "sample"}
SENT = read_emails(sample_file("one_seller.csv"))
AT_ONCE = 4
SCRIPT = re.compile(r"assets/[\w.-]+\.(?:js|css)")
OFTEN = {"page": 3, "settings": 2, "script": 6, "at work": 4, "call": 4, "score": 1, "upload": 1}
"""How often each is asked for, in so many; a call counts for the two requests that it is."""


class Asking:
    """What visitors ask for, each drawn with its share."""

    def __init__(self, visitors: list[Visitor]) -> None:
        self.visitors, self.dice, self.lock = visitors, random.Random(1), threading.Lock()
        page = visitors[0].client.get("/").text
        self.scripts = sorted(set(SCRIPT.findall(page)))
        self.asked, self.told = 0, Counter[str]()

    def one(self, _: int) -> None:
        """One visitor asks for one thing, and again where it is told to."""
        with self.lock:
            (what,), visitor = self.dice.choices([*OFTEN], [*OFTEN.values()]), self.dice.choice(self.visitors)
            number, script = self.dice.randrange(10**9), self.dice.choice(self.scripts)
        calls: dict[str, Callable[[], Any]] = {
            "page": lambda: visitor.client.get("/").raise_for_status(),
            "settings": lambda: visitor.client.get("/config").raise_for_status(),
            "script": lambda: visitor.client.get(f"/{script}").raise_for_status(),
            "at work": lambda: visitor.client.get("/at_work").raise_for_status(),
            "call": lambda: self._look(visitor, number),
            "score": lambda: self._score(visitor, number),
            "upload": lambda: self._upload(visitor, number),
        }
        said = ""
        while said in ("", "told to come again"):
            try:
                calls[what]()
                said = "answered"
            except Busy:
                said = "told to come again"
                time.sleep(5)
            except (RuntimeError, httpx.HTTPError) as fault:
                said = f"failed: {type(fault).__name__}: {fault}"
            with self.lock:
                self.told[f"{what}: {said}"] += 1
        with self.lock:
            self.asked += 2 if what in ("call", "score") else 1

    def _look(self, visitor: Visitor, number: int) -> None:
        calls: list[Callable[[], Any]] = [
            lambda: visitor.call("use_sample"),
            lambda: visitor.call("progress"),
            lambda: visitor.call("read_data", data=SAMPLE, first=number % 100, count=20),
            lambda: visitor.call("check_data", data=SAMPLE),
        ]
        calls[number % len(calls)]()

    def _score(self, visitor: Visitor, number: int) -> None:
        place = number % len(SENT)
        visitor.call("score_email", context=SENT.contexts[place], email=f"{SENT.emails[place]}\n{number}")

    def _upload(self, visitor: Visitor, number: int) -> None:
        rows = "".join(f"Customer {number} {n},Hi {n} shall we talk?,{n % 3}\n" for n in range(50))
        content = f"context,email_text,outcome\n{rows}".encode()
        visitor.client.post("/gradio_api/upload", files={"files": (f"{number}.csv", content)}).raise_for_status()


def measure(folder: Path, requests: int, visitors: int) -> dict[str, Any]:
    """All of it; memory and cache before and after each tenth."""
    found: list[dict[str, Any]] = []
    with served(folder) as (address, server):
        asking = Asking([Visitor(address, folder / "visitors", reward_model_folder()) for _ in range(visitors)])
        asking._score(asking.visitors[0], 0)  # what is loaded once
        for tenth in range(11):
            seen = []  # the server gives freed memory back once a minute, so what it has at one moment says little
            with ThreadPoolExecutor(AT_ONCE) as threads:
                while asking.asked < requests * tenth / 10 or not seen:
                    list(threads.map(asking.one, range(50)))
                    seen.append(resident(server))
            files = [each for each in (folder / "cache").rglob("*") if each.is_file()]
            kept = {"files in the cache": len(files), "cache, kB": sum(each.stat().st_size for each in files) // 1000}
            megabytes = {"server at least, MB": round(min(seen) / 1e6), "at most": round(max(seen) / 1e6)}
            found.append({"requests": asking.asked, **megabytes, **kept})
            print(found[-1], file=sys.stderr, flush=True)
        took = round(sum(server.cpu_times()[:2]), 1)
        log = (folder / "app.log").read_text(encoding="utf-8", errors="replace")
    return {"so far": found, "came of it": dict(asking.told), "server, seconds of a processor": took,
            "tracebacks in the log": log.count("Traceback")}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--visitors", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.requests, chosen.visitors)
    print(json.dumps(found, indent=None if chosen.json else 1))


if __name__ == "__main__":
    main()
