"""The rooms of the package are kept, heavy libraries are imported late, every module says what it is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "outcome_rl"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_imports_run_one_way():
    """The contracts stand in pyproject.toml."""
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("module", ["outcome_rl", "outcome_rl.cli.commands", "app"])
def test_heavy_libraries_are_imported_late(module):
    """``app`` imports the whole page."""
    code = f"import sys, {module}; print(*sorted({{'torch', 'transformers', 'sklearn', 'scipy'}} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_command_line_does_not_import_the_page():
    code = "import sys, outcome_rl.cli.commands; print('gradio' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "False"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(path):
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert words
    assert words.partition("\n\n")[0][-1] in ".!?`", "its first paragraph is a sentence"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_what_tests_share_stands_in_helpers_and_conftests(path):
    """A test module that imports another runs its fixtures and tests twice."""
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (*(alias.name for alias in node.names), getattr(node, "module", None) or "")
    ]
    last = {name.rpartition(".")[2] for name in imported}
    assert not [name for name in last if name == "conftest" or (name.startswith("test_") and "." not in name)]
    assert (path.parent / "__init__.py").exists(), "else two modules of one name are taken for one"
