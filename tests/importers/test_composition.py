"""How an import composed contexts is kept beside its rows, and people who are written to later are described alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from outcome_rl.cli.run_session import new_run
from outcome_rl.config import DEFAULT_COLUMNS, Columns
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_steps, preview_import
from outcome_rl.importers.composition import Composition, keep_beside, read_beside
from outcome_rl.importers.recipients import read_recipients
from outcome_rl.importers.resolve import resolve_data
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.streaming import run_to_end

SAID = "{Job title} who came by {Fair}"
CELLS = {"Job title": ["CFO", "COO"], "Fair": ["Hanover", "Milan"], "outcome": [0, 1]}
Table = Callable[..., Path]


def export(table: Table, **more: Sequence[object]) -> Path:
    return table(**{name.replace(" ", "__"): cells for name, cells in (CELLS | more).items()})


def imported(path: Path, context: str = "") -> Path:
    out = path.with_name("data.csv")
    run_to_end(import_steps([path], ImportOptions(context=context), out))
    return out


def test_a_sentence_of_ones_own_is_that_of_new_recipients(table: Table, write: Table) -> None:
    learned = read_beside(imported(export(table), SAID))
    assert learned == Composition(SAID, {"Job title": ("Job title",), "Fair": ("Fair",)})
    people = write([["Email", "position", "FAIR"], ["a@x.example", "CTO", "Oslo"]], "people.csv")
    found = read_recipients(people, learned=learned)
    assert found.contexts == ("CTO who came by Oslo",)
    assert found.said == f"Contexts are composed as: {SAID}, as in the emails that were learned from"
    assert found.columns(0)["Email"] == "a@x.example"
    assert read_recipients(people).contexts == ("CTO",), "nothing is known of the emails"


def test_a_column_that_is_missing_is_named_and_the_usual_sentence_used(table: Table, write: Table) -> None:
    learned = read_beside(imported(export(table), SAID))
    found = read_recipients(write([["Position", "Company"], ["CTO", "Acme"]], "people.csv"), learned=learned)
    assert found.contexts == ("CTO at Acme",) and found.missing == ("Fair",)
    assert found.said == (
        "Without the column 'Fair' contexts are composed as: {title} at {company}; in the emails that were learned "
        f"from it was: {SAID}"
    )
    with pytest.raises(DataError, match="no name, title, company or the like makes one"):
        read_recipients(write([["Phone", "Fair"], ["12345", "Oslo"]], "people.csv"), learned=learned)


def test_a_step_that_is_not_told_is_the_first(write: Table) -> None:
    learned = Composition("{title}; step {step}", {"title": ("Job title",), "step": ("Touch",)})
    first = write([["Job title", "Email"], ["CTO", "a@x.example"]], "people.csv")
    assert read_recipients(first, learned=learned).contexts == ("CTO; step 1",)
    told = write([["Job title", "touch"], ["CTO", "3"], ["CFO", ""]], "people.csv")
    assert read_recipients(told, learned=learned).contexts == ("CTO; step 3", "CFO; step 1")


def test_contexts_of_a_column_are_read_from_that_column(write: Table) -> None:
    learned = Composition.of_column("Whom for")
    people = write([["Whom for", "Title"], ["a baker", "Boss"], ["", "Cook"]], "people.csv")
    found = read_recipients(people, learned=learned)
    assert found.contexts == ("a baker",) and found.columns(0) == {"Title": "Boss"}
    assert found.said == "Contexts are composed as: {Whom for}, as in the emails that were learned from"
    plain = write([["context", "Whom for"], ["a cook", "a baker"]], "people.csv")
    assert read_recipients(plain, learned=learned).contexts == ("a cook",)


def test_one_column_is_what_it_was_learned_from_or_the_contexts_themselves(write: Table) -> None:
    learned = Composition("Someone at {company}", {"company": ()})
    assert read_recipients(write([["Firma"], ["Acme"]]), learned=learned).contexts == ("Someone at Acme",)
    assert read_recipients(write([["whom"], ["a baker"]]), learned=learned).contexts == ("a baker",)
    assert read_recipients(write([["context"], ["a baker"]]), learned=learned).contexts == ("a baker",)


def test_the_columns_of_all_tables_are_kept(write: Table) -> None:
    rows = [["a buyer of steel", "Hello there, do you need some?", "0"]]
    one = write([["Position", "email_text", "outcome"], *rows], "one.csv")
    two = write([["Job title", "email_text", "outcome"], *rows], "two.csv")
    found = preview_import([one, two]).composition
    assert found == Composition("{title}", {"title": ("Position", "Job title")})


def test_a_run_keeps_it_however_its_file_was_given(table: Table, tmp_path: Path) -> None:
    space, path = Workspace(tmp_path), export(table)

    def kept(file: Path, columns: Columns, name: str) -> Composition | None:
        run = new_run(space, "finetune", name, resolve_data(file, columns), columns, {})
        return read_beside(run.data_file)

    own = Columns(context=SAID)
    assert (found := kept(path, own, "export")) and found.sentence == SAID, "it is imported for the run"
    data = imported(path, SAID)
    assert kept(data, DEFAULT_COLUMNS, "written") == found
    assert kept(space.run("written").data_file, DEFAULT_COLUMNS, "again") == found, "a run's own copy has it too"
    mapped = kept(data, Columns(context="Job title"), "mapped")
    assert mapped == Composition.of_column("Job title"), "what is said now counts"
    assert kept(path, DEFAULT_COLUMNS, "plain") is None


def test_what_another_import_writes_is_not_taken_for_the_first_ones(table: Table) -> None:
    path = export(table)
    first, second = read_beside(imported(path, SAID)), read_beside(imported(path, "{Fair}"))
    assert first and second and second.sentence == "{Fair}"


@pytest.mark.parametrize("damage", ["", "[]", "[" * 100_000, '{"sentence": 1}', '{"sentence": "{", "columns": {}}',
                                    '{"sentence": "{a}", "columns": {"a": "b"}}'])  # fmt: skip
def test_what_cannot_be_read_says_nothing(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "data.csv"
    keep_beside(file, Composition("{a}", {"a": ("b",)}))
    (kept,) = tmp_path.iterdir()
    assert kept.name == "data.csv.contexts.json"
    assert json.loads(kept.read_text()) == {"sentence": "{a}", "columns": {"a": ["b"]}}
    kept.write_text(damage)
    assert read_beside(file) is None
    keep_beside(file, None)
    assert not list(tmp_path.iterdir())


def test_nothing_is_put_beside_a_device() -> None:
    keep_beside(Path("/dev/stdout"), Composition("{a}", {}))
