"""The door: previews, several files together, the written file, questions and warnings; all in any encoding."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.data.dataset import read_emails
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import, write_import

HERE = Path(__file__).parent
STATISTICS = HERE / "fixtures" / "smartlead_statistics" / "export.csv"
GENERIC = HERE / "fixtures" / "generic" / "export.csv"
OPTIONS = ImportOptions(today=date(2024, 4, 15))


@pytest.mark.parametrize("tool", ["smartlead_statistics", "generic"])
@pytest.mark.parametrize("form", ["cp1252.csv", "utf16.csv", "xlsx"])
def test_a_copy_in_another_form_gives_the_same_rows(tool: str, form: str) -> None:
    def told(path: Path) -> list[tuple[object, ...]]:
        rows = import_rows([path], OPTIONS)
        return [(row.context, row.email_text, row.outcome, row.step, row.sent_at, row.recipient) for row in rows]

    assert told(HERE / "copies" / f"{tool}.{form}") == told(HERE / "fixtures" / tool / "export.csv")


def test_the_preview_says_what_was_recognised_and_why() -> None:
    preview = preview_import([STATISTICS], OPTIONS)
    assert preview.source == "smartlead_statistics"
    assert "Smartlead, campaign statistics, as the header has 'lead_email'" in preview.why
    roles = {use.role: use.column for use in preview.columns}
    assert roles["recipient"] == "lead_email" and roles["html"] == "email_message"
    assert all(use.reason for use in preview.columns)
    assert len(preview.sample) == 10 and preview.context == "{first_name} at {company}; step {step}"


def test_every_row_is_accounted_for() -> None:
    preview = preview_import([STATISTICS], OPTIONS)
    assert preview.rows_read == 28 == preview.rows + preview.pending + sum(preview.left_out.values())


def test_what_json_has() -> None:
    result = preview_import([STATISTICS], OPTIONS).to_dict("data.csv")
    first = ["source", "rows", "outcomes", "left_out", "pending", "unresolved_fields", "out"]
    assert list(result)[:7] == first
    assert list(result["outcomes"]) == ["no_reply", "reply", "conversion"]
    assert (result["unresolved_fields"], result["open_fields"]) == (1, {"intro_line": 1}) and result[
        "out"
    ] == "data.csv"
    assert json.loads(json.dumps(result)) == result


def test_the_sample_is_drawn_by_the_seed() -> None:
    def drawn(seed: int) -> list[str]:
        return [row.place for row in preview_import([STATISTICS], ImportOptions(today=OPTIONS.today, seed=seed)).sample]

    assert drawn(1) == drawn(1) != drawn(2)


def test_the_written_file_is_read_by_the_trainer(tmp_path: Path) -> None:
    preview = preview_import([STATISTICS], OPTIONS)
    out = tmp_path / "data.csv"
    result = write_import(preview, out)
    data = read_emails(out)
    assert len(data) == result["rows"] == preview.rows
    assert data.counts() == list(preview.outcomes.values())
    assert data.emails[0].startswith("Subject: A question about your week\n\nHi Anna,\n\nI noticed")
    with out.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert header[:10] == ["context", "email_text", "outcome", "step", "variant", "template", "sent_at", "recipient",
                           "campaign", "source"]  # fmt: skip
    assert {"stats_id", "reply_time", "lead_category"} <= set(header) and "email_message" not in header
    assert len({name.lower() for name in header}) == len(header)


def test_our_own_file_comes_back_as_it_was(tmp_path: Path) -> None:
    out, again = tmp_path / "data.csv", tmp_path / "again.csv"
    write_import(preview_import([GENERIC], OPTIONS), out)
    second = preview_import([out], OPTIONS)
    write_import(second, again)
    one, two = read_emails(out), read_emails(again)
    assert (one.contexts, one.emails, one.outcomes) == (two.contexts, two.emails, two.outcomes)


def test_nothing_is_written_where_the_files_changed_meanwhile(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write([["context", "email_text", "outcome"], *[["a", f"some text {n}", n % 3] for n in range(6)]])
    preview = preview_import([path], OPTIONS)
    write([["context", "email_text", "outcome"], *[["a", f"some text {n}", 0] for n in range(6)]])
    out = tmp_path / "data.csv"
    with pytest.raises(DataError, match="have changed"):
        write_import(preview, out)
    assert not out.exists()


def test_nothing_is_written_where_no_row_is_left(table: Callable[..., Path], tmp_path: Path) -> None:
    preview = preview_import([table(Status=["1", "2"])], OPTIONS)
    with pytest.raises(DataError, match="no row is left to write; first answer: What does '1' mean"):
        write_import(preview, tmp_path / "data.csv")


def test_the_same_export_twice_counts_once() -> None:
    once, twice = preview_import([STATISTICS], OPTIONS), preview_import([STATISTICS, STATISTICS], OPTIONS)
    assert twice.outcomes == once.outcomes and twice.pending == once.pending
    assert twice.left_out["the same email twice"] == 28 - once.left_out.get("the same email twice", 0)


def test_answers_in_a_file_of_their_own(write: Callable[..., Path]) -> None:
    sends = write(
        [["email", "email body", "sent at"], *[[f"{who}@firm.example", f"Hi {who}, would our planner be of use to you?",
                                                "2024-03-04 09:00"] for who in ("ana", "bo", "cy")]],
        "sends.csv",
    )  # fmt: skip
    events = write(
        [["Email", "Event", "Date"], ["bo@firm.example", "Replied", "2024-03-05 09:00"],
         ["cy@firm.example", "Opened", "2024-03-05 09:00"]],
        "events.csv",
    )  # fmt: skip
    preview = preview_import([sends, events], OPTIONS)
    assert list(preview.outcomes.values()) == [2, 1, 0]
    assert {row.recipient: row.outcome for row in import_rows([sends, events], OPTIONS)}["bo@firm.example"] == 1
    alone = preview_import([sends], OPTIONS)
    assert alone.rows == 0 and alone.left_out == {"no column says what came of it": 3}


def look(path: Path, **options: object) -> ImportPreview:
    return preview_import([path], ImportOptions(today=OPTIONS.today, **options))  # type: ignore[arg-type]


def test_columns_that_count_differently_are_named(write: Callable[..., Path]) -> None:
    rows = [["Replied", "reply count", "email body", "email"]]
    for n in range(12):
        text = f"Hi, would our planner be of use, {n}?"
        rows.append([["Yes", "No"][n % 2], str([1, 0, 1][n % 3]), text, f"p{n}@x.example"])
    (warning, *_) = look(write(rows)).warnings
    assert "6 recipients answered by 'Replied', 8 by 'reply count'; 10 count as answered" in warning


def test_answers_that_answer_nothing_are_counted(write: Callable[..., Path]) -> None:
    head = ["direction", "from", "to", "date", "subject", "body"]
    rows = [
        [
            "outgoing",
            "mo@seller.example",
            "ana@x.example",
            "2024-03-04 09:00",
            "A",
            "Hi Ana, would it be of use to you?",
        ],
        ["incoming", "ana@x.example", "mo@seller.example", "2024-03-01 09:00", "B", "Something else."],
        ["incoming", "bo@x.example", "mo@seller.example", "2024-03-05 09:00", "C", "Who are you?"],
    ]
    preview = look(write([head, *rows]))
    assert list(preview.outcomes.values()) == [1, 0, 0]
    assert any("2 replies answer no email" in warning for warning in preview.warnings)


def test_dates_that_may_be_read_either_way_are_named(table: Callable[..., Path]) -> None:
    cells = {"Sent__on": ["03/04/2024"], "Replied__on": ["04/04/2024", "", ""]}
    unsure = look(table(**cells))
    assert any("in 'Sent on', 'Replied on' are read month first" in warning for warning in unsure.warnings)
    assert list(unsure.outcomes.values()) == [20, 10, 0]  # sent on the fourth of March
    said = look(table(**cells), day_first=True)
    assert said.pending == 20 and not any("month first" in warning for warning in said.warnings)  # the third of April
    told = look(table(**{**cells, "Created": ["13/01/2024"]}))
    assert told.pending == 20 and not any("month first" in warning for warning in told.warnings)


def test_a_direction_that_is_not_known_is_left_out(write: Callable[..., Path]) -> None:
    head = ["hs_object_id", "hs_timestamp", "hs_email_direction", "hs_email_to_email", "hs_email_html"]
    rows = [
        [str(n), "2024-03-04", way, f"p{n}@x.example", "Hi, is it of use?"] for n, way in enumerate(["EMAIL", "DRAFT"])
    ]
    assert look(write([head, *rows])).left_out == {"direction 'DRAFT' is not known": 1}


def test_a_single_campaign_is_said(write: Callable[..., Path]) -> None:
    rows = [
        ["spring", f"p{n}@x.example", f"Hi, would our planner be of use, {n}?", ["no", "yes"][n % 2]] for n in range(8)
    ]
    preview = look(write([["campaign", "email", "email body", "Replied"], *rows]))
    assert any("a single campaign only ('spring')" in warning for warning in preview.warnings)


def test_a_files_own_words_are_told_on_one_line(write: Callable[..., Path]) -> None:
    """Names of a campaign and of a merge field, with what a terminal would obey."""
    text = "Hi {{{{first\x9bname}}}}, would our planner be of use, {}?"
    rows = [
        ["spr\x9b31ming", f"p{n}@x.example", text.format(n), ["no", "yes"][n % 2]] for n in range(8)
    ]  # fmt: skip
    said = look(write([["campaign", "email", "email body", "Replied"], *rows])).warnings
    assert any("('spr 31ming')" in warning for warning in said)
    assert any("nothing fills" in warning for warning in said)
    assert all(warning.isprintable() for warning in said)


def test_opens_only_is_said(table: Callable[..., Path]) -> None:
    (warning, *_) = look(table(Opened=["Yes", "No"])).warnings
    assert "opening or sending an email is not an outcome" in warning


def test_only_first_steps(write: Callable[..., Path]) -> None:
    preview = preview_import([STATISTICS], ImportOptions(today=OPTIONS.today, first_steps=True))
    assert preview.left_out["a later step"] == 6  # Anna 2, Bert 2 and 3, Cleo 2, Ola 2, Tom 2; Hal's second is pending
    assert preview.context == "{first_name} at {company}"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"days": -1}, "days: -1 is below 0"),
        ({"not_interested": "maybe"}, "not_interested: 'maybe' is not one of no_reply, reply, skip"),
        ({"meanings": {"x": "perhaps"}}, "meanings: 'x' cannot mean 'perhaps'"),
        ({"columns": {"email": "none"}}, "columns: column 'none' is missing; the columns found are 'context'"),
        ({"context": "{reply count}"}, "known only after the email was sent"),
        ({"context": "{unclosed"}, "is no sentence with fields in braces"),
        ({"context": "{shoe size}"}, "there is no column for {shoe size}"),
        ({"context": "{outcome}"}, "known only after"),
        ({"templates": {"first": "x"}}, "templates: 'first' is no step"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, object], said: str, table: Callable[..., Path]) -> None:
    with pytest.raises(ConfigError) as error:
        look(table(outcome=["0", "1", "2"]), **options)
    assert said in str(error.value)


def test_columns_and_words_that_a_person_names(write: Callable[..., Path]) -> None:
    rows = [[f"Hi, would our planner be of use, {n}?", "a baker", ["nix", "ja bitte"][n % 2]] for n in range(8)]
    path = write([["A", "B", "C"], *rows])
    said = {"columns": {"email": "A", "context": "B", "outcome": "C"}, "meanings": {"nix": 0, "Ja, bitte": "reply"}}
    preview = look(path, **{**said, "meanings": {"nix": 0, "ja bitte": "reply"}})
    assert list(preview.outcomes.values()) == [4, 4, 0] and preview.sample[0].context == "a baker"
    assert {use.role: use.reason for use in preview.columns}["text"] == "you said so"


def test_without_a_recipient_memory_does_not_depend_on_a_spool(table: Callable[..., Path]) -> None:
    rows = import_rows([table(outcome=["0", "1", "2"])], OPTIONS)
    assert next(rows).place == "export.csv, row 2"  # the first comes before the last is read
