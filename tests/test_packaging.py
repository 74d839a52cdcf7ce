"""What is installed: every package that is imported is declared, and the wheel is whole."""

from __future__ import annotations

import ast
import json
import os
import runpy
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import chdir
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = {canonicalize_name(Requirement(each).name) for each in PROJECT["optional-dependencies"]["ray"]}
"""What is imported only where it was asked for."""
RANGES = {canonicalize_name(found.name): found for found in map(Requirement, PROJECT["dependencies"])}


def pins() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(each.name): each for each in found}


def imported() -> Iterator[str]:
    """The packages of other people that the code imports, wherever in a file it does."""
    for path in [ROOT / "app.py", *(ROOT / "outcome_rl").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield str(node.module).partition(".")[0]


def test_every_package_that_is_imported_is_declared():
    of_module = metadata.packages_distributions()
    others = set(imported()) - set(sys.stdlib_module_names) - {"outcome_rl"}
    assert {"torch", "gradio", "sklearn", "starlette"} <= others
    assert others >= EXTRA
    known = {name: {canonicalize_name(d) for d in of_module[name]} for name in others - EXTRA}
    assert [name for name in sorted(known) if not known[name] & set(RANGES)] == []


def test_the_tests_have_the_extra_in_a_version_that_is_allowed():
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    pinned = {found.name: found for line in lines if line[:1].isalpha() for found in [Requirement(line)]}
    for each in map(Requirement, PROJECT["optional-dependencies"]["ray"]):
        (exact,) = pinned[each.name].specifier
        assert each.specifier.contains(exact.version), each.name


def test_every_range_has_its_pin_and_holds_it():
    pinned = pins()
    assert set(RANGES) == set(pinned)
    for name, requirement in pinned.items():
        (exact,) = requirement.specifier
        assert exact.operator == "=="
        assert RANGES[name].specifier.contains(exact.version), name


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The wheel as it is built, unpacked where it hides the checkout."""
    from hatchling.build import build_wheel

    folder = tmp_path_factory.mktemp("wheel")
    with chdir(ROOT):
        name = build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "installed")
    return folder / "installed"


def files_below(folder: Path) -> set[Path]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_and_the_sample_data_alone(installed):
    assert {path.name.partition("-")[0] for path in installed.iterdir()} == {"outcome_rl"}
    held, code = files_below(installed / "outcome_rl"), files_below(ROOT / "outcome_rl")
    sample = {Path("sample_data") / path for path in files_below(ROOT / "data")}
    assert held == code | sample
    assert Path("py.typed") in held


def test_commands_find_the_sample_data_where_there_is_no_checkout(installed, tmp_path):
    command = [sys.executable, "-m", "outcome_rl", "check", "--sample", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["rows"] == 415
    code = "import outcome_rl as orl; print(orl.__file__, orl.sample_file('contexts.csv'), sep='\\n')"
    found = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True).split()
    assert [Path(path).parent for path in found] == [installed / "outcome_rl", installed / "outcome_rl" / "sample_data"]


def test_all_that_the_page_and_the_reward_model_read_is_found_where_there_is_no_checkout(installed, tmp_path):
    code = """
import outcome_rl, sys
assert outcome_rl.RewardConfig and not {"torch", "transformers", "gradio"} & set(sys.modules), "the import is light"
from outcome_rl.importers.layouts import load_adapters
from outcome_rl.reward.word_order import reference_texts
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.page import create_page, launch_options
css = launch_options(Workspace("."), "127.0.0.1", 7860, True)["css"]
shown = str(create_page(Workspace(".")).get_config_file())
print(len(load_adapters()), len(reference_texts()), len(css), "Which sentences make the difference" in shown)
"""
    command, environment = [sys.executable, "-c", code], {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    adapters, texts, css, has_example = done.stdout.split()
    assert int(adapters) == len(list((ROOT / "outcome_rl" / "importers" / "adapters").glob("*.toml")))
    assert int(texts) > 100 and int(css) > 1000 and has_example == "True"


def test_the_command_is_there(installed):
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "outcome-rl = outcome_rl.cli:main" in entry_points.read_text()


@pytest.mark.parametrize(
    ("answer", "words", "status"),
    [
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "x"}]},
         "pip-audit: 1 packages, no known weakness; 1 are not in its database", 0),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}]},
         "a 1: CVE-1, CVE-2", 1),
        ({"dependencies": [{"name": "a", "skip_reason": "not found on PyPI"}]}, None, 0),
        ({}, None, 0),
        ("", None, 0),
    ],
)  # fmt: skip
def test_an_audit_tells_weaknesses_and_where_nothing_was_asked(answer, words, status):
    audit = runpy.run_path(str(ROOT / "scripts" / "audit.py"))
    told = audit["report"](json.dumps(answer) if answer else "")
    assert told == (words or audit["UNREACHED"], status)
