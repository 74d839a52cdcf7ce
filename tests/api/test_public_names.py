"""``import outcome_rl`` hands on the library, and takes no time for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import outcome_rl as orl

ROOT = Path(orl.__file__).resolve().parents[1]
HEAVY = "sorted({'torch', 'transformers', 'sklearn', 'scipy', 'gradio', 'numpy', 'pandas'} & set(sys.modules))"


def imported(code: str) -> list[str]:
    """Heavy libraries that are there after this code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*{HEAVY})"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_the_import_brings_nothing_heavy_along():
    assert imported("import outcome_rl") == []


def test_settings_files_and_results_need_no_torch():
    names = ["Columns", "EmailData", "FinetuneConfig", "RewardConfig", "SamplingConfig", "Workspace", "Comparison"]
    names += ["FinetuneResult", "RewardReport", "Scores", "RewardFunction", "audit_emails"]
    lines = ["import outcome_rl as orl", f"for name in {names}: getattr(orl, name)"]
    lines += ["orl.read_emails(orl.sample_file('emails.csv'))"]
    assert "torch" not in imported("\n".join(lines))


def test_every_name_that_is_listed_is_there():
    assert len(orl.__all__) == len(set(orl.__all__))
    for name in orl.__all__:
        assert getattr(orl, name) is not None, name
    assert set(orl.__all__) <= set(dir(orl))
    listed = {name for names in orl._HOMES.values() for name in names} | set(orl._MODULES) | {"__version__"}
    assert listed == set(orl.__all__)


def test_a_name_that_is_not_there_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="module 'outcome_rl' has no attribute 'no_such_name'"):
        orl.no_such_name  # noqa: B018


def test_a_name_is_the_room_s_own():
    from outcome_rl.config import RewardConfig
    from outcome_rl.errors import DataError

    assert orl.RewardConfig is RewardConfig
    assert orl.errors.DataError is DataError


def test_a_room_keeps_its_name():
    import outcome_rl.audit

    assert orl.audit is outcome_rl.audit, "the function is called audit_emails"


def test_the_package_says_that_it_has_types():
    assert (ROOT / "outcome_rl" / "py.typed").is_file()
