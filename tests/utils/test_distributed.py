"""What several processes share, and that one alone needs none of it."""

import subprocess
import sys

import pytest

from outcome_rl.utils import distributed
from tests.helpers.command_line import environment


def test_one_process_alone_needs_none_of_it(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert (distributed.count(), distributed.rank(), distributed.is_main(), distributed.leave()) == (1, 0, True, True)
    assert distributed.share([1, 2, 3]) == distributed.gather([1, 2, 3]) == [1, 2, 3]
    assert (distributed.any_process(True), distributed.any_process(False), distributed.sum_numbers(2.5)) == (
        True,
        False,
        2.5,
    )
    assert distributed.run_on_main(lambda: 7) == distributed.broadcast_from_main(7) == 7
    # what a command does before it imports torch
    code = "import sys; from outcome_rl.utils import distributed as d; d.join(); d.run_on_main(int); "
    code += "print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], env=environment(), text=True).strip() == "False"


@pytest.mark.parametrize(("items", "of"), [(7, 2), (2, 3), (0, 2), (12, 4)])
def test_shares_are_the_whole_and_alike(monkeypatch, items, of):
    parts = []
    monkeypatch.setattr(distributed, "count", lambda: of)
    for place in range(of):
        monkeypatch.setattr(distributed, "rank", lambda place=place: place)
        parts.append(distributed.share(range(items)))
    assert [item for part in parts for item in part] == list(range(items))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_process_that_has_done_its_part_ends_whatever_would_happen_at_the_interpreters_end():
    code = "import atexit, os; from outcome_rl.utils import distributed\n"
    code += "atexit.register(os.abort); print('said'); distributed.end()"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "said\n")
