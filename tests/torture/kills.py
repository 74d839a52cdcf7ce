"""Whole runs (reward model, tuning, comparison) that are killed at random moments, and what is left of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from typing import Any

from tests.helpers.command_line import TUNING
from tests.helpers.killed_process import PRELOADED, die_after

STEPS = 6
LOADED = [*PRELOADED, "outcome_rl.cli.commands", "outcome_rl.pipelines.full_run", "transformers.models.distilbert"]
CLOCKS = ("seconds", "time", "minutes")
"""What may differ between two runs of one kind."""


def typed(folder: str, arguments: list[str], file_works: int | None = None) -> None:
    """A command in this process; after so many files opened, renamed … below the folder it kills itself."""
    os.chdir(folder)
    with open("console.txt", "a", encoding="utf-8") as console:
        os.dup2(console.fileno(), 1)
        os.dup2(console.fileno(), 2)
    from outcome_rl.cli import main

    if file_works is not None:
        die_after(file_works, folder)
    sys.argv = ["outcome-rl", *arguments]
    main()


class Killing:
    """Runs in a folder of their own, made from tiny models; one unbroken, to compare with."""

    def __init__(self, folder: Path, data: Path, models: Path, seed: int) -> None:
        self.folder, self.dice = folder, Random(seed)
        self.context: ForkServerContext = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(LOADED)
        self.asked = ["run", str(data), "--model", str(models / "gpt2"), "--encoder", str(models / "distilbert")]
        self.asked += ["--steps", str(STEPS), *TUNING, "--reward-repeats", "1", "--reward-folds", "2"]
        self.asked += ["--guard-contexts", "0", "--checkpoint-minutes", "0"]

    def start(self, name: str, file_works: int | None = None) -> Any:
        """A process that begins the run of that name, or goes on with it."""
        known = (self.folder / "outputs" / "runs" / name / "config.json").exists()
        command = ["run", "--resume", name] if known else [*self.asked, "--out", name, "--run-name", name]
        process = self.context.Process(target=typed, args=(str(self.folder), command, file_works))
        process.start()
        return process

    def finish(self, name: str) -> int | None:
        """Go on to the end; the exit status."""
        process = self.start(name)
        process.join(600)
        return process.exitcode

    def kill(self, name: str, by_files: bool) -> bool:
        """Kill the run at a random moment; False where it was done before that."""
        process = self.start(name, self.dice.randrange(400) if by_files else None)
        if not by_files:
            events = self.folder / "outputs" / "runs" / name / "events.jsonl"
            wanted = _lines(events) + self.dice.randrange(1, 20)
            while _lines(events) < wanted and process.is_alive():
                time.sleep(0.01)
            time.sleep(self.dice.uniform(0.0, 0.1))
            process.kill()
        process.join(600)
        return process.exitcode == -signal.SIGKILL

    def damage(self, name: str) -> list[str]:
        """What is there and not whole."""
        from outcome_rl.rl.checkpoints import load_checkpoint
        from outcome_rl.runs.run import Run
        from outcome_rl.utils.checksums import CHECKSUMS_FILE, damaged_file

        run, found = Run(self.folder / "outputs" / "runs" / name), []
        for model in (self.folder / name / "reward_model", self.folder / name / "ppo_gpt2_outcome"):
            if model.exists() and (damaged_file(model) or not (model / CHECKSUMS_FILE).exists()):
                found.append(f"{model.name} is half")
        if run.checkpoint.exists():
            load_checkpoint(run.checkpoint)
        if run.config_file.exists() and run.events_file.exists() and run.state() == "running":
            found.append("a run whose process is dead is called running")
        return found

    def story(self, name: str) -> dict[str, Any]:
        """What came of a run: its steps, its result without clocks, and the weights of both models."""
        from outcome_rl import events as ev
        from outcome_rl.runs.run import Run, replay

        run, out = Run(self.folder / "outputs" / "runs" / name), self.folder / name
        told = replay(run)[0]
        steps = [
            (each.step, each.reward_mean, each.loss, each.sample_1_email)
            for each in told
            if isinstance(each, ev.RLStep)
        ]
        result = _without_clocks(told[-1].result, name) if isinstance(told[-1], ev.Finished) else None
        saved = [file.relative_to(out) for file in sorted(out.rglob("*.safetensors"))]
        weights = {str(file): (out / file).read_bytes() for file in saved if not file.parts[0].startswith(".")}
        return {"steps": steps, "result": json.dumps(result, sort_keys=True), "weights": weights}


def torture(folder: Path, data: Path, models: Path, kills: int, seed: int) -> list[str]:
    """So many kills; the complaints."""
    killing, complaints = Killing(folder, data, models, seed), []
    if killing.finish("unbroken") != 0:
        return [f"the unbroken run failed: {(folder / 'console.txt').read_text()[-2000:]}"]
    wanted, number, left = killing.story("unbroken"), 0, kills
    while left > 0:
        number += 1
        found, fell = _broken(killing, f"broken-{number}", left, wanted)
        complaints += found
        left -= max(fell, 1)  # one that was quicker than its kill counts too, else this might never end
        print(f"  broken-{number}: {fell} kills, {max(0, left)} left, {len(found)} complaints", flush=True)
    return complaints


def _broken(killing: Killing, name: str, most: int, wanted: dict[str, Any]) -> tuple[list[str], int]:
    """(complaints, kills) of one run that is killed until it is done, or often enough, and then brought to its end."""
    complaints, fell = [], 0
    while fell < most and killing.kill(name, by_files=fell % 2 == 0):
        fell += 1
        complaints += [f"{name}, kill {fell}: {each}" for each in killing.damage(name)]
    run = killing.folder / "outputs" / "runs" / name
    if not _is_done(run) and (status := killing.finish(name)) != 0:
        complaints.append(f"{name}: after {fell} kills it ended with {status}")
    found = killing.story(name)
    complaints += [f"{name}: other {part} after {fell} kills" for part in wanted if found[part] != wanted[part]]
    return complaints, fell


def _is_done(run: Path) -> bool:
    from outcome_rl.runs.run import Run

    return Run(run).state() == "done"


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _without_clocks(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_clocks(each, name) for key, each in value.items() if not any(word in key for word in CLOCKS)
        }
    if isinstance(value, list):
        return [_without_clocks(each, name) for each in value]
    return value.replace(name, "NAME") if isinstance(value, str) else value
