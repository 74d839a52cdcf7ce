"""What the documents name is there: files, functions, names of the library, links."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import outcome_rl as orl

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/results.md", "docs/scale.md",
    "docs/security.md",
]  # fmt: skip
ATTACKS = range(1, 25)
"""The cases that every guard is listed for; a row of the table may add others below them."""
PLACE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py)(?::([A-Za-z_.]+))?`")


def defined(path: Path, name: str) -> bool:
    """Whether a file defines a function, a class, a constant or, behind a dot, a method of that name."""
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        found = [node for node in body if part in _names(node)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_and_functions_that_are_named_are_there(document):
    places = PLACE.findall((ROOT / document).read_text(encoding="utf-8"))
    assert places or document == "CHANGELOG.md"
    for file, name in places:
        roots = (ROOT, ROOT / "outcome_rl", ROOT / "tests")
        path = next((root / file for root in roots if (root / file).is_file()), None)
        assert path is not None, file
        assert not name or defined(path, name), f"{file}:{name}"


def test_every_attack_has_a_guard_and_a_test():
    rows = re.findall(r"^\| ([\d, ]*)\| (.+?) \| (.+?) \| (.+?) \|$", _security(), re.MULTILINE)
    assert len(rows) == sum(line.startswith("|") for line in _security().splitlines()) - 2, "four cells in each"
    assert {int(number) for numbers, *_ in rows for number in re.findall(r"\d+", numbers)} == set(ATTACKS)
    for _, attack, guard, test in rows:
        for kind, cell, room in (("guard", guard, "outcome_rl"), ("test", test, "tests")):
            files = [file for file, _ in PLACE.findall(cell)]
            assert files, f"{attack}: no {kind}"
            assert len(files) == cell.count(".py"), f"{attack}: a {kind} that is not written as a place"
            for file in files:
                assert (ROOT / room / file).is_file(), f"{attack}: {file}"
        for file, _ in PLACE.findall(test):
            assert "def test_" in (ROOT / "tests" / file).read_text(encoding="utf-8"), file


def _security() -> str:
    return (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    path = ROOT / document
    for link in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_the_diagram_has_every_room():
    """A room that is added has to be told."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    diagram = text.split("```mermaid")[1].split("```")[0]
    rooms = {
        path.stem for path in (ROOT / "outcome_rl").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    for room in rooms - {"__init__", "__main__"}:
        assert re.search(rf"\b{room}\b", diagram), room


def test_the_library_s_names_in_the_readme_are_there():
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## As a library")[1].split("\n## ")[0]
    tree = ast.parse("\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL)))
    used = {
        node.attr for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "orl"
    }  # fmt: skip
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "Config" in ast.unparse(node.func)]
    assert len(made) == 3
    for call in made:  # a setting that is not there is refused
        named = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
        getattr(orl, ast.unparse(call.func).removeprefix("orl."))(**named)
    assert used >= {"read_emails", "RewardModel", "finetune", "Writer"}
    for name in used:
        assert hasattr(orl, name), name
    for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE):
        for name in re.findall(r"`([A-Za-z_]+)[.`]", row):
            assert hasattr(orl, name), name
