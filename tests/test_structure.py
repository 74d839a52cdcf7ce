"""The rooms of the package: imports run one way, heavy libraries are imported late, every module says what it is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "outcome_rl"
GROUPS = [
    {"errors", "threads", "lanes"},
    {
        "files",
        "csv_files",
        "processes",
        "config",
        "events",
        "event_files",
        "ngrams",
        "near_duplicates",
        "scores",
        "streaming",
        "budget",
    },
    {
        "data",
        "metrics",
        "prompts",
        "models",
        "model_places",
        "objectives",
        "email_checks",
        "email_hints",
        "adapters",
        "blocks",
        "padding",
        "text_attention",
        "memory",
    },
    {"weights"},
    {"mapping"},
    {"audit_findings", "audit_text", "audit_phrases", "audit_leaks", "audit_outcomes", "audit"},
    {"table_copies"},
    {"features", "linear", "blend", "encoder", "encoder_training", "members", "plausibility", "baselines"},
    {"rollout", "decoding", "likelihood", "checkpoints", "reward", "judge", "explain", "cross_validation", "verdict"},
    {"reward_folder", "reward_training"},
    {"policy", "emails", "scoring", "training", "warm_start", "guard", "reinforce", "finetune"},
    {"evaluate"},
    {"runs", "run_folders", "estimates", "jobs", "votes"},
    {"pipeline", "comparing"},
    {"cli", "ui", "__main__"},
]
LEVEL = {room: level for level, group in enumerate(GROUPS) for room in group}
MODULES = sorted(PACKAGE.rglob("*.py"))


def dotted(path):
    """``outcome_rl/cli/show.py`` -> ("cli", "show"); a package's ``__init__`` -> the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


NAMES = {dotted(path) for path in MODULES}


def imports_of(path):
    """Everything that a module imports, also inside its functions: dotted names, ours as tuples below the package."""
    own = dotted(path)
    package = own if path.name == "__init__.py" else own[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                parts = tuple(name.name.split("."))
                yield parts[1:] if parts[0] == "outcome_rl" else ".".join(parts)
        elif isinstance(node, ast.ImportFrom):
            parts = tuple((node.module or "").split(".")) if node.module else ()
            if node.level == 0 and parts[0] != "outcome_rl":
                yield ".".join(parts)
                continue
            base = parts[1:] if node.level == 0 else (*package[: len(package) - node.level + 1], *parts)
            for name in node.names:
                yield (*base, name.name) if (*base, name.name) in NAMES else base


def ours(path):
    return {found for found in imports_of(path) if isinstance(found, tuple) and found}


def test_the_walk_sees_imports_of_every_kind():
    assert ("runs",) in ours(PACKAGE / "jobs.py")
    assert ("events",) in ours(PACKAGE / "runs.py"), "from . import events as ev"
    assert ("cli", "show") in ours(PACKAGE / "cli" / "training.py"), "from . import show"
    assert ("pipeline",) in ours(PACKAGE / "cli" / "training.py"), "inside a function"


def test_every_module_has_a_room():
    rooms = {dotted(path)[0] for path in MODULES if dotted(path)}
    assert rooms == set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(dotted(path)) or "outcome_rl")
def test_imports_run_one_way(path):
    if not dotted(path):
        assert not ours(path)
        return
    room = dotted(path)[0]
    upward = {found[0] for found in ours(path) if LEVEL[found[0]] > LEVEL[room]}
    assert not upward, f"{room} must not import {sorted(upward)}"
    if {"cli", "ui"} & {room}:
        assert not {found[0] for found in ours(path)} & ({"cli", "ui", "__main__"} - {room})


def test_there_is_no_cycle():
    edges = {dotted(path): ours(path) & NAMES for path in MODULES}
    done = set()

    def walk(name, above):
        assert name not in above, " -> ".join(".".join(part) for part in (*above, name))
        if name not in done:
            for other in edges[name] - {name}:
                walk(other, (*above, name))
            done.add(name)

    for name in edges:
        walk(name, ())


def test_gradio_is_imported_by_the_page_alone():
    users = [path for path in MODULES if any(str(found).split(".")[0] == "gradio" for found in imports_of(path))]
    assert users
    assert {dotted(path)[0] for path in users} == {"ui"}


@pytest.mark.parametrize("module", ["outcome_rl.cli.commands", "outcome_rl.ui.page", "app"])
def test_heavy_libraries_are_imported_late(module):
    code = f"import sys, {module}; print(*sorted({{'torch', 'transformers', 'sklearn', 'scipy'}} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_command_line_does_not_import_the_page():
    code = "import sys, outcome_rl.cli.commands; print('gradio' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "False"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(dotted(path)) or "outcome_rl")
def test_every_module_says_what_it_is(path):
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert words
    assert words[-1] in ".!`"


def test_the_readme_names_every_module():
    tree = (ROOT / "README.md").read_text(encoding="utf-8").split("## Where things are")[1].split("```")[1]
    named = {line.split()[0] for line in tree.splitlines() if line.strip()}
    rooms = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    folders = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    assert named >= rooms | folders
    gone = {name for name in named if name.endswith(".py")} - rooms - {"app.py"}
    assert not gone
