"""What the check found is remembered: the sample's for everybody, a visitor's for that visitor alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from outcome_rl.audit.findings import Finding
from outcome_rl.config import Columns
from outcome_rl.data.dataset import sample_file
from outcome_rl.errors import DataError
from outcome_rl.runs.visitors import VisitorWorkspace
from outcome_rl.ui.common.datasets import Dataset
from outcome_rl.ui.data import audits
from outcome_rl.ui.data.audits import KEPT, AuditCache, AuditResult

ANNA, BEN = "a" * 32, "b" * 32
SAMPLE = Dataset(sample_file("emails.csv"), Columns(), "the sample")


class Checks:
    """Stands in for the check; counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, dataset: Dataset) -> AuditResult:
        self.asked.append(dataset.label)
        return AuditResult((Finding("leak", "problem", f"{len(self.asked)}", "", ()),), "")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    checks = Checks()
    monkeypatch.setattr(audits, "audit_dataset", checks)
    return checks


@pytest.fixture
def who() -> list[str]:
    return [ANNA]


@pytest.fixture
def cache(tmp_path: Path, who: list[str]) -> AuditCache:
    return AuditCache(VisitorWorkspace(tmp_path, lambda: who[0]))


def found(cache: AuditCache, dataset: Dataset) -> str:
    return cache.get(cache.key(dataset), dataset).findings[0].message


def mine(folder: Path, number: int = 0) -> Dataset:
    path = folder / f"{number}.csv"
    path.write_text(f"context,email_text,outcome\nA,B{number},1\n")
    return Dataset(path, Columns(), f"mine {number}")


def test_the_sample_is_checked_once_for_everybody(cache, checks, who, tmp_path):
    assert found(cache, SAMPLE) == "1"
    for number in range(KEPT + 1):
        found(cache, mine(tmp_path, number))
    who[0] = BEN
    assert found(cache, SAMPLE) == "1" and checks.asked.count("the sample") == 1


def test_what_a_visitors_file_holds_is_remembered_for_them_alone(cache, checks, who, tmp_path):
    assert [found(cache, mine(tmp_path)) for _ in range(2)] == ["1", "1"]
    who[0] = BEN
    assert found(cache, mine(tmp_path)) == "2", "the same content, another owner"
    copy = tmp_path / "copy.csv"
    shutil.copy(SAMPLE.path, copy)
    assert found(cache, Dataset(copy, Columns(), "a copy")) == "3", "no way to write into what is everybody's"
    assert found(cache, Dataset(SAMPLE.path, Columns(context="email_text"), "read in another way")) == "4"
    assert found(cache, SAMPLE) == "5"


def test_other_content_is_checked_anew_and_the_oldest_is_forgotten(cache, checks, tmp_path):
    first = mine(tmp_path)
    found(cache, first)
    first.path.write_text("context,email_text,outcome\nA,changed,1\n")
    assert found(cache, first) == "2"
    for number in range(1, KEPT + 1):
        found(cache, mine(tmp_path, number))
    assert found(cache, first) == str(KEPT + 3)


def test_what_was_found_while_one_waited_is_not_looked_for_again(cache, checks, tmp_path):
    dataset = mine(tmp_path)
    key = cache.key(dataset)

    class Waited:
        """A lock that is free once somebody else has checked the same."""

        def __enter__(self) -> None:
            cache._others[key] = AuditResult((), "found")

        def __exit__(self, *_: object) -> None:
            pass

    cache._lock = Waited()
    assert cache.get(key, dataset).lengths == "found" and checks.asked == []


def test_a_file_that_is_gone_is_told_by_its_name(cache, tmp_path):
    gone = mine(tmp_path)
    gone.path.unlink()
    with pytest.raises(DataError, match="mine 0: is not kept here any more"):
        cache.key(gone)
