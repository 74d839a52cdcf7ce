"""A process that is left over when another one dies ends too, with a last word where it has one to say."""

import subprocess
import sys

import pytest

from outcome_rl.utils import peers
from tests.helpers.command_line import environment, posix

pytestmark = posix
HALF_A_MINUTE = 30.0
LEFT_OVER = """
import subprocess, sys, time, psutil
from outcome_rl.utils import distributed, peers
other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
distributed.count, distributed.rank = (lambda: {count}), (lambda: {own})
known = peers.Peers(psutil.Process({launcher}), {{{number}: psutil.Process(other.pid)}})
known.end_with_them(lambda: print("last word", flush=True), poll=0.01, grace=0.01)
other.kill()
if {stays}:
    other.wait()
    time.sleep(1)
    print("went on", known.is_broken())
else:
    time.sleep(300)
"""


def ended(**case) -> tuple[int, str]:
    """(status, what it said) of a process whose peer is killed."""
    code = LEFT_OVER.format(
        **{"count": 2, "own": 0, "number": 1, "launcher": "psutil.Process().ppid()", "stays": 0} | case
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({}, "last word"),
        ({"own": 1, "number": 0}, "last word"),
        ({"own": 1, "number": 2}, ""),
        ({"count": 1, "launcher": "other.pid"}, "last word"),
    ],
    ids=[
        "the main one speaks",
        "without the main one another speaks",
        "the main one will speak",
        "the launcher is gone",
    ],
)
def test_it_ends_with_the_one_that_died(case, said):
    assert ended(**case) == (1, said)


def test_the_main_one_goes_on_when_the_common_work_is_over():
    assert ended(count=1, stays=1) == (0, "went on False")


COUNTING = """
import subprocess, sys, threading, psutil
from outcome_rl.utils import distributed, peers
other = subprocess.Popen([sys.executable, "-c", "pass"])
known = peers.Peers(psutil.Process().parent(), {1: psutil.Process(other.pid)})
other.wait()
distributed.count, distributed.rank = (lambda: 2), (lambda: 0)
waited = []
peers.time.sleep = waited.append
known.end_with_them(lambda: print(sum(waited), flush=True))
threading.Event().wait()
"""


def test_of_half_a_minute_little_is_spent_on_waiting():
    """Seconds that are waited on purpose, by a clock that costs none: the rest is for processes to end in."""
    done = subprocess.run([sys.executable, "-c", COUNTING], env=environment(), capture_output=True, text=True)
    assert float(done.stdout) == peers.POLL + peers.GRACE, done.stderr
    assert peers.POLL + peers.GRACE + peers.BURIAL <= HALF_A_MINUTE * 2 / 3
