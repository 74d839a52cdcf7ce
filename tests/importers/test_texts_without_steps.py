"""Templates that do not say which step they are of, for an export with several: by name or subject, else asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import import_rows, import_steps, preview_import
from outcome_rl.importers.options import ImportOptions
from outcome_rl.importers.resolve import resolve_data
from outcome_rl.importers.sent_steps import is_subject_of, subject_key
from outcome_rl.importers.unmatched import STEPS_OF_TEXTS
from outcome_rl.utils.streaming import run_to_end
from tests.helpers.strangers import Write

TODAY = date(2024, 9, 1)
SUBJECTS, NAMES = ("A quick note", "Following up, {{first_name}}", "Last try"), ("Intro", "Bump", "Breakup")
TEXTS = ("Hi {{first_name}}, this is the first.", "Hi {{first_name}}, the second.", "Hi {{first_name}}, the third.")
EACH_ITS_OWN = {("1", "first"): 6, ("2", "second"): 6, ("3", "third"): 6}
CELLS: Mapping[str, Sequence[str]] = {
    "Step": ("1", "2", "3"),
    "Subject": ("A quick note", "Following up, Ana", "Last  TRY"),
    "Subjects again": ("A quick note", "A quick note", "A quick note"),
    "Template": ("intro", "BUMP", "Breakup"),
    "Step name": NAMES,
}


def export(write: Write, *columns: str, steps: int = 3) -> Path:
    lines = [["Email", "First Name", "Replied", "Sent at", *(name.replace("s again", "") for name in columns)]]
    for n in range(6):
        for step in range(steps):
            told = [f"p{n}@f{n}.example", "Ana", "yes" if not n and step else "no", f"2024-03-{1 + 7 * step:02}"]
            lines.append([*told, *(CELLS[name][step] for name in columns)])
    return write(lines, "export.csv")


def texts(write: Write, *columns: str, many: int = 3) -> Path:
    cells = {"subject": SUBJECTS, "name": NAMES, "body": TEXTS, "variant": ("A", "B", "C")}
    return write([columns, *([cells[name][n] for name in columns] for n in range(many))], "texts.csv")


def found(path: Path, templates: object) -> dict[tuple[str, str], int]:
    rows = import_rows([path], ImportOptions(today=TODAY, templates=templates))  # type: ignore[arg-type]
    return dict(Counter((row.step, row.email_text.rpartition(" ")[2].rstrip(".")) for row in rows))


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("of_text", [("body",), ("subject", "body"), ("name", "body"), ("variant", "body")])
@pytest.mark.parametrize("of_email", [(), ("Step",), ("Step", "Subjects again"), ("Subjects again",)])
def test_no_step_gets_a_text_that_may_be_another_s(
    of_email: Sequence[str], of_text: Sequence[str], many: int, write: Write
) -> None:
    path, templates = export(write, *of_email), texts(write, *of_text, many=many)
    assert found(path, templates) == {}
    preview = preview_import([path], ImportOptions(today=TODAY, templates=templates))
    assert [each.label for each in preview.missing_texts] == ["Step 1", "Step 2", "Step 3"]
    assert preview.needs_templates and preview.warnings[0].startswith("18 emails have no template")
    assert preview.warnings[0].endswith(STEPS_OF_TEXTS)


@pytest.mark.parametrize("of_text", [("subject", "body"), ("name", "subject", "body")])
@pytest.mark.parametrize("of_email", [("Subject",), ("Step", "Subject")])
def test_a_subject_that_no_other_step_has_tells(of_email: Sequence[str], of_text: Sequence[str], write: Write) -> None:
    assert found(export(write, *of_email), texts(write, *of_text)) == EACH_ITS_OWN
    assert found(export(write, *of_email), texts(write, *of_text, many=1)) == {("1", "first"): 6}


@pytest.mark.parametrize("of_email", [("Template",), ("Step", "Template"), ("Step name",), ("Step", "Step name")])
def test_a_name_tells(of_email: Sequence[str], write: Write, tmp_path: Path) -> None:
    path = export(write, *of_email)
    assert found(path, texts(write, "name", "body")) == EACH_ITS_OWN
    assert found(path, texts(write, "name", "body", many=1)) == {("1", "first"): 6}
    for name, text in zip(NAMES, TEXTS, strict=True):
        (tmp_path / f"{name.lower()}.txt").write_text(text)
    assert found(path, tuple(sorted(tmp_path.glob("*.txt")))) == EACH_ITS_OWN


def test_a_name_that_is_another_s_is_not_taken_where_there_is_one_step(write: Write) -> None:
    path = export(write, "Step name", steps=1)
    assert found(path, [{"name": "Breakup", "body": TEXTS[2]}]) == {}
    assert found(path, [{"name": "4401", "body": TEXTS[0]}]) == {("1", "first"): 6}, "a tool's number is no name"


@pytest.mark.parametrize("columns", [(), ("Step",)])
def test_where_there_is_one_step_a_text_needs_none(columns: Sequence[str], write: Write) -> None:
    assert found(export(write, *columns, steps=1), texts(write, "body", many=1)) == {("1", "first"): 6}


def test_texts_that_are_given_with_their_steps_come_before_those_without(write: Write) -> None:
    with_steps = [{"step": str(n + 1), "body": text} for n, text in enumerate(TEXTS)]
    for steps, many in ((3, 3), (1, 3), (1, 1)):
        path, templates = export(write, steps=steps), texts(write, "body", many=many)
        wanted = {key: rows for key, rows in EACH_ITS_OWN.items() if int(key[0]) <= steps}
        assert found(path, (templates, *with_steps)) == wanted


def test_a_follow_up_in_a_thread_is_not_told_by_its_subject(write: Write) -> None:
    lines = [["Email", "First Name", "Replied", "Step", "Subject"]]
    for n in range(6):
        lines += [[f"p{n}@f.example", "Ana", "no", "1", "A quick note"]]
        lines += [[f"p{n}@f.example", "Ana", "no", "2", "Re: A quick note"]]
    templates = [{"subject": "A quick note", "body": TEXTS[0]}, {"subject": "", "body": TEXTS[1]}]
    assert found(write(lines), templates) == {("1", "first"): 6}


def test_a_subject_tells_variants_apart(write: Write) -> None:
    lines = [["Email", "First Name", "Replied", "Step", "Subject"]]
    lines += [[f"p{n}@f.example", "Ana", "no", "1", CELLS["Subject"][n % 2]] for n in range(8)]
    templates = [{"step": "1", "variant": "AB"[n], "subject": SUBJECTS[n], "body": TEXTS[n]} for n in range(2)]
    assert found(write(lines), templates) == {("1", "first"): 4, ("1", "second"): 4}


@pytest.mark.parametrize(
    ("subject", "template", "same"),
    [
        ("Roofs at Acme", "Roofs at {{company}}", True), ("Roofs at", "Roofs at {{company}}", False),
        ("Hello Ana", "{Hi|Hello} {{first_name}}", False), ("Hello there Ana", "{Hi|Hello} there {{first_name}}", True),
        ("Re: Roofs", "Roofs", False), ("anything", "{{subject}}", False), ("", "", False),
        ("A+B costs?", "A+B costs?", True), ("AAB costs", "A+B costs", False),
    ],
)  # fmt: skip
def test_a_subject_is_a_template_s_with_its_fields_filled(subject: str, template: str, same: bool) -> None:
    assert is_subject_of(subject_key(subject), template) is same


def test_the_way_out_is_told_where_nothing_is_left(write: Write, tmp_path: Path) -> None:
    path, options = export(write, "Step"), ImportOptions(today=TODAY, templates=texts(write, "body"))
    with pytest.raises(DataError, match="neither names nor subjects tell which text belongs to which step"):
        run_to_end(import_steps([path], options, tmp_path / "data.csv"))
    with pytest.raises(DataError) as caught:
        resolve_data(path, options=options)
    assert f"{STEPS_OF_TEXTS}." in caught.value.remedy


def test_emails_that_were_taken_for_the_first_step_s_are_told_of(write: Write) -> None:
    templates = [{"step": str(n + 1), "body": text} for n, text in enumerate(TEXTS)]
    preview = preview_import([export(write, steps=1)], ImportOptions(today=TODAY, templates=tuple(templates)))
    (told,) = (each for each in preview.warnings if "no column gives the step of each email" in each)
    assert "the templates belong to step 1, step 2, step 3" in told and told.endswith("with --column step=NAME")
    several = preview_import([export(write)], ImportOptions(today=TODAY, templates=tuple(templates)))
    assert not any("no column gives the step" in each for each in several.warnings)


def test_a_subject_that_steps_to_different_people_share_tells_nothing(write: Write) -> None:
    lines = [["Email", "First Name", "Replied", "Step", "Subject"]]
    lines += [[f"p{n}@f.example", "Ana", "no", str(1 + n % 2), "A quick note"] for n in range(8)]
    assert found(write(lines), [{"subject": "A quick note", "body": TEXTS[0]}]) == {}


@pytest.mark.parametrize("names", [("C", "C++", "C#"), ("🚀", "🔥", "***")])
def test_templates_are_told_by_their_whole_names(names: Sequence[str], write: Write) -> None:
    lines = [["Email", "First Name", "Replied", "Sent at", "Template"]]
    lines += [[f"p{n}@f{n}.example", "Ana", "no", "2024-03-01", names[n % 3]] for n in range(9)]
    templates = write([["name", "body"], *zip(names, TEXTS, strict=True)], "texts.csv")
    rows = import_rows([write(lines, "export.csv")], ImportOptions(today=TODAY, templates=templates))
    told = Counter(row.email_text.rpartition(" ")[2].rstrip(".") for row in rows)
    assert told == {"first": 3, "second": 3, "third": 3}
