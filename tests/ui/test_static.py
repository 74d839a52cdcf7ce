"""The page's scripts and styles: every file is used, and no module keeps any of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import outcome_rl.ui
from outcome_rl.ui.common.static import static_text

UI = Path(outcome_rl.ui.__file__).parent
NAMES = sorted(path.relative_to(UI / "static").as_posix() for path in (UI / "static").rglob("*") if path.is_file())
SOURCES = {path: path.read_text(encoding="utf-8") for path in UI.rglob("*.py")}


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_used(name):
    assert static_text(name).strip()
    assert any(f'"{name}"' in source for source in SOURCES.values())


def test_each_file_that_is_used_is_there():
    used = {
        node.value
        for source in SOURCES.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith((".js", ".css"))
    }
    assert used - {"plotly.min.js"} == set(NAMES)


def test_no_script_of_several_lines_hides_in_a_module():
    signs = ("addEventListener", "querySelector", "=> {", "@media", "const ")
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
                assert not any(sign in node.value for sign in signs), (path.name, node.lineno)
