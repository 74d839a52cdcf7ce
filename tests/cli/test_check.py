"""``check``: what a file holds, what training would refuse, what the audit finds."""

from outcome_rl.cli import check
from outcome_rl.data.csv_io import write_rows
from tests.helpers.command_line import refused, result, typed


def test_check(mails):
    found = result("check", "mails.csv", cwd=mails)
    assert (found["rows"], sum(found["outcomes"].values()), found["near_duplicates"]) == (60, 60, 0)
    assert found["words"]["max"] == 9
    status, out, err = typed("check", "mails.csv", cwd=mails)
    assert (status, err) == (0, "")
    assert "60 emails" in out


def test_check_takes_other_column_names(tmp_path):
    write_rows(tmp_path / "a.csv", ("who", "body", "got"), [["C", f"E{i}", i % 3] for i in range(9)])
    columns = ["--context-column", "who", "--email-column", "body", "--outcome-column", "got"]
    assert result("check", "a.csv", *columns, cwd=tmp_path)["outcomes"] == {"no_reply": 3, "reply": 3, "conversion": 3}
    assert "The columns found are 'who', 'body', 'got'" in refused("check", "a.csv", cwd=tmp_path)


def test_check_refuses_what_training_would_refuse(tmp_path):
    write_rows(tmp_path / "a.csv", ("context", "email_text", "outcome"), [["C", f"E{i}", 1 + i % 2] for i in range(9)])
    said = refused("check", "a.csv", cwd=tmp_path)
    assert "no row has the outcome 'no_reply', there are only 5 'reply' and 4 'conversion'" in said
    assert said.endswith("If your file counts from 1, say so: --outcomes '1=0,2=1,3=2'.")
    assert result("check", "a.csv", "--outcomes", "1=0,2=1,3=2", cwd=tmp_path)["outcomes"]["reply"] == 4


def test_check_tells_its_steps_where_they_take_long(mails, monkeypatch):
    monkeypatch.setattr(check, "MUCH", 10)
    status, out, err = typed("check", "mails.csv", cwd=mails)
    assert status == 0 and "Looking for" not in out
    assert err.splitlines() == [
        "Reading the emails",
        "Looking for emails that repeat another one: 60",
        "Looking for what would fool a model: 60 emails",
    ]
