"""How long learning a reward model will take, told before it starts from what the last one took on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from .. import events as ev
from ..errors import RunError
from ..events import READING
from ..reward.cross_validation import automatic_repeats
from ..runs.run import Run, replay
from ..runs.workspace import RECENT_RUNS, Workspace
from ..utils.probe import MachineSpeed
from .known_speed import kept_speed

KINDS = ("train-reward", "run")
FIRST_LOADING, FIRST_EACH = 1700.0, 7.5
"""Billions of multiplications and additions that loading, and learning from an email, take about with the encoder that
comes with the program (benchmarks/NOTES.md, "What is known beforehand")."""
MOST = 3.0
"""So many times as long with an encoder three times as large, or on a machine that grows busier meanwhile. Beside
other programs it takes as long as they leave it at most: mostly they are done before it is."""


@dataclass(frozen=True)
class LearningTimes:
    """What learning from so many ``emails`` took, in seconds by the clock. ``rows``: those that are not the judge's.
    ``loading``: before the first was read; ``testing``: of a single parting of the emails; ``judging``: all after that.
    ``speed``: the machine's meanwhile, None where nobody knows.
    """

    emails: int
    rows: int
    loading: float
    reading: float
    testing: float
    judging: float
    speed: float | None = None

    def expected(self, emails: int, speed: float | None = None) -> float:
        """Seconds for another number of emails: all but loading goes by it, and fewer are parted more often.

        ``speed``: the machine's now; where it has less than it had then, all takes longer.
        """
        partings = automatic_repeats(round(self.rows * emails / self.emails))
        one = self.reading + partings * self.testing + self.judging
        slower = self.speed / speed if self.speed and speed else 1.0
        return slower * (self.loading + one * emails / self.emails)


def first_time(emails: int, speed: MachineSpeed) -> tuple[float, float]:
    """The fewest and the most seconds that learning should take on a machine that has not learned yet."""
    return time_range(FIRST_LOADING + FIRST_EACH * emails, speed, MOST)


def time_range(work: float, speed: MachineSpeed, most: float) -> tuple[float, float]:
    """The fewest and the most seconds for ``work``, billions of multiplications and additions: with nothing else at
    work, and ``most`` times as many or as the machine is now, whichever is longer.
    """
    quick = work / speed.alone
    return quick, max(most * quick, work / speed.now)


def find_times(workspace: Workspace) -> LearningTimes | None:
    """Those of the latest run that has learned to the end; None where there is none."""
    for run in workspace.runs()[:RECENT_RUNS]:
        if found := times_of(run):
            return found
    return None


def times_of(run: Run) -> LearningTimes | None:
    """What a run's learning took; None where it has not learned to the end, or an older version kept its record, or it
    had settings that change how long it takes.
    """
    try:
        if run.config()["kind"] not in KINDS:
            return None
    except (RunError, KeyError, TypeError):
        return None
    events, _ = replay(run)
    done = next((each for each in events if isinstance(each, ev.PhaseDone) and each.phase == "reward_model"), None)
    read = [each for each in events if isinstance(each, ev.Progress) and each.phase == READING]
    folds = [each for each in events if isinstance(each, ev.RewardFold)]
    begin = next((each for each in events if isinstance(each, ev.Progress)), None)
    if not (done and read and folds and begin) or done.result.get("stopped_early"):
        return None
    marks = [each.worked for each in (begin, read[0], read[-1], folds[-1], done)]
    emails, repeats = int(done.result.get("rows_total") or 0), int(done.result.get("repeats") or 0)
    usual = repeats == automatic_repeats(read[-1].total) and done.result.get("method") != "finetuned"
    if None in marks or not emails or not usual:
        return None  # a run with settings of its own tells nothing of the next one
    begun, first, last, tested, ended = (float(mark or 0.0) for mark in marks)
    # the first report of reading comes when its batch is read
    batch = (last - first) / max(1, read[-1].done - read[0].done) * read[0].done
    first = max(begun, first - batch)
    parts = (first - begun, last - first, (tested - last) / repeats, ended - tested)
    return LearningTimes(emails, read[-1].total, *parts, kept_speed(run))
