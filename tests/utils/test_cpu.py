"""How many cores the program takes, and what becomes of memory that it frees."""

import os
import subprocess
import sys

import pytest
import torch

from outcome_rl.utils.cpu import FEW_SHAPES, physical_cores, remember_few_shapes, threads, with_all_shapes


def machine(folder, siblings, limit=None):
    for cpu, text in enumerate(siblings):
        place = folder / f"devices/system/cpu/cpu{cpu}/topology"
        place.mkdir(parents=True)
        (place / "core_cpus_list").write_text(text)
    if limit:
        (folder / "fs/cgroup").mkdir(parents=True)
        (folder / "fs/cgroup/cpu.max").write_text(limit)
    return folder


@pytest.mark.parametrize(
    ("limit", "cores"), [(None, 4), ("max 100000\n", 4), ("200000 100000\n", 2), ("50000 100000\n", 1)]
)
def test_threads_of_one_core_count_once_and_a_containers_share_counts(tmp_path, monkeypatch, limit, cores):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    siblings = ["0,4", "1,5", "2,6", "3,7"] * 2
    assert physical_cores(machine(tmp_path, siblings, limit)) == cores


def test_only_the_cores_that_the_process_may_use_count(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 4, 5}, raising=False)
    assert physical_cores(machine(tmp_path, ["0,4", "1,5", "2,6", "3,7"] * 2)) == 2


def test_without_knowledge_the_libraries_decide(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert physical_cores(tmp_path) is None


def test_another_number_of_threads_for_a_while():
    before = torch.get_num_threads()
    with pytest.raises(KeyError), threads(before + 1):
        assert torch.get_num_threads() == before + 1
        with threads(1):
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(("name", "few"), FEW_SHAPES.items())
def test_few_shapes_are_remembered_unless_somebody_wants_more(monkeypatch, name, few):
    for each in FEW_SHAPES:
        monkeypatch.setenv(each, "")
        monkeypatch.delenv(each)
    before = dict(os.environ)
    remember_few_shapes()
    assert os.environ[name] == few
    assert with_all_shapes({**os.environ, "A": few}) == {**before, "A": few}
    monkeypatch.setenv(name, "500")
    remember_few_shapes()
    assert os.environ[name] == with_all_shapes(os.environ)[name] == "500", "their own wish is everybody's"


SHAPES = """
import os, resource, sys
from outcome_rl.utils.cpu import remember_few_shapes
if sys.argv[1] == "few":
    remember_few_shapes()
import torch
torch.set_num_threads(1)
weights = torch.zeros(64, 64, dtype=torch.bfloat16)
def held():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
for rows in range(1, 201):
    torch.nn.functional.linear(torch.zeros(rows, 64, dtype=torch.bfloat16), weights)
before = held()
for rows in range(201, 1001):
    torch.nn.functional.linear(torch.zeros(rows, 64, dtype=torch.bfloat16), weights)
print(held() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is counted as Linux does")
def test_what_is_compiled_for_other_shapes_is_let_go():
    def grown(kept: str) -> int:
        environment = {name: value for name, value in os.environ.items() if name not in FEW_SHAPES}
        return int(subprocess.check_output([sys.executable, "-c", SHAPES, kept], env=environment))

    assert grown("few") < grown("all") / 4 + 10_000_000


FILLS = """
import os, resource, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from outcome_rl.utils.cpu import share_cores
if sys.argv[1] == "kept":
    share_cores()
import torch
torch.set_num_threads(1)

def work(together):
    for _ in range(20):
        together.wait()  # so that there are two lanes however busy the machine is
        parts = [torch.ones(1 << 20) for _ in range(8)]
        del parts

def faults():
    before, threads = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, len(os.listdir("/proc/self/task"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [threading.Barrier(2)] * 2))
    while len(os.listdir("/proc/self/task")) > threads:  # until they have left what they held
        time.sleep(0.01)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

for _ in range(3):
    faults()
print(faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux is told")
@pytest.mark.slow
def test_memory_that_a_lane_freed_need_not_be_asked_for_again():
    def pages(way):
        done = subprocess.run([sys.executable, "-c", FILLS, way], capture_output=True, text=True, check=True)
        return int(done.stdout)

    assert 2 * pages("kept") < pages("given back"), "however large the pages are, and whichever lane comes first"


HOLDS = """
import ctypes
from outcome_rl.utils.cpu import give_back_freed_memory, keep_freed_memory
keep_freed_memory()
library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]

def held():
    return int(open("/proc/self/statm").read().split()[1])

blocks = [library.malloc(1 << 20) for _ in range(200)]
for block in blocks:
    ctypes.memset(block, 1, 1 << 20)
full = held()
for block in blocks[:-1]:  # the last one lies above them
    library.free(block)
kept = held()
give_back_freed_memory()
print(full, kept, held())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux is told")
def test_freed_memory_is_kept_until_it_is_given_back():
    done = subprocess.run([sys.executable, "-c", HOLDS], capture_output=True, text=True, check=True)
    full, kept, left = map(int, done.stdout.split())
    blocks = 199 * (1 << 20) // os.sysconf("SC_PAGE_SIZE")
    assert full - kept < blocks / 4
    assert kept - left > blocks / 2


HEAPS = """
import ctypes, re, sys, threading
from outcome_rl.utils.cpu import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
all_here = threading.Barrier(8)

def work():
    block = library.malloc(100_000)
    all_here.wait()
    library.free(block)

threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads:
    each.start()
for each in threads:
    each.join()
library.fdopen.restype, library.fdopen.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_char_p]
library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
library.fflush.argtypes = [ctypes.c_void_p]
out = library.fdopen(1, b"w")
library.malloc_info(0, out)
library.fflush(out)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux is told")
def test_all_threads_take_from_few_heaps():
    def heaps(way):
        done = subprocess.run([sys.executable, "-c", HEAPS, way], capture_output=True, text=True, check=True)
        return done.stdout.count("<heap ")

    assert heaps("shared") <= 2 < heaps("each its own")
