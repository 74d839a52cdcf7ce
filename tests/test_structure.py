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
    assert words[-1] in ".!`"
