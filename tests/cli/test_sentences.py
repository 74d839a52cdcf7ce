"""What may be said: ``sentences``, and ``--facts`` and ``--sentences`` of the commands that tune."""

import pytest

from outcome_rl.data.csv_io import read_columns, write_rows
from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.runs.workspace import Workspace
from outcome_rl.sentence_bank.storage import COLUMNS
from tests.helpers.command_line import TUNING, refused, result, rows_of, typed

ROWS = 150


@pytest.fixture(scope="module")
def seller(tmp_path_factory):
    """A folder with the first rows of one seller's emails."""
    folder = tmp_path_factory.mktemp("seller")
    rows = read_emails(sample_file("one_seller.csv")).take(range(ROWS))
    rows.write(folder / "emails.csv")
    return folder


def test_sentences_are_listed_with_what_came_of_them(seller, tmp_path):
    found = result("sentences", "emails.csv", "--out", tmp_path / "s.csv", cwd=seller)
    assert found["can_write"]
    table = rows_of(tmp_path / "s.csv")
    assert tuple(table[0]) == COLUMNS
    assert [row["sentence"] for row in table] == [each["sentence"] for each in found["sentences"]]
    assert {row["keep"] for row in table} == {"yes"}
    most = max(found["sentences"], key=lambda each: each["emails"])
    assert most["emails"] >= most["replies"] + most["conversions"] > 0
    status, out, _ = typed("sentences", "emails.csv", cwd=seller)
    assert status == 0
    assert out.count(" replies, ") == out.count(" conversions\n") == len(table)


@pytest.fixture(scope="module")
def tuned(seller, full_run, tmp_path_factory):
    """(result, workspace, sentences struck out) of a fine-tune that was told what may be said."""
    folder = tmp_path_factory.mktemp("tuned")
    result("sentences", "emails.csv", "--out", folder / "s.csv", cwd=seller)
    rows = list(read_columns(folder / "s.csv", COLUMNS))
    asks = [row for _, *row in rows if row[1] == "ask"]
    struck = {row[0] for row in asks[1:]}
    write_rows(folder / "s.csv", COLUMNS, [[*row[:-1], "no" if row[0] in struck else "yes"] for _, *row in rows])
    (folder / "facts.txt").write_text("We have 4,321 customers.\n", encoding="utf-8")
    allowed = ["--facts", folder / "facts.txt", "--sentences", folder / "s.csv", "--write", "own-words"]
    given = ["--reward-model", full_run.outputs / "reward_model", "--model", full_run.base, "--workspace", folder]
    made = result("finetune", "emails.csv", *given, *allowed, "--steps", 1, *TUNING, cwd=seller)
    return made, Workspace(folder), struck


def test_sentences_struck_out_are_never_written(tuned, seller):
    _, space, struck = tuned
    wanted = [f"--context={context}" for context in read_emails(seller / "emails.csv").contexts[:3]]
    asked = [*wanted, "--candidates", 4, "--model", space.policy, "--workspace", space.root]
    found = result("generate", *asked, cwd=seller)["emails"]
    assert len(found) == 12
    assert len({email["context"] for email in found}) == 3, "a context given again is one more"
    whole = [text for text in struck if "{" not in text]
    assert whole
    assert not [text for text in whole for email in found if text in email["email_text"]]


def test_facts_stay_with_the_run_and_the_model(tuned):
    _, space, _ = tuned
    (run,) = space.runs()
    assert run.facts_file.read_text(encoding="utf-8") == "We have 4,321 customers."
    assert "We have 4,321 customers." in (space.policy / "facts.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["We never said this.", "body", "1", "0", "0", "yes"], "is no sentence of the bank"),
        (None, "write yes or no"),
    ],
)
def test_a_table_of_sentences_that_is_not_right_is_told_before_there_is_a_run(seller, tmp_path, row, said):
    result("sentences", "emails.csv", "--out", tmp_path / "s.csv", cwd=seller)
    rows = [own for _, *own in read_columns(tmp_path / "s.csv", COLUMNS)]
    rows = [*rows, row] if row else [[*rows[0][:-1], "perhaps"], *rows[1:]]
    write_rows(tmp_path / "s.csv", COLUMNS, rows)
    asked = ["--sentences", tmp_path / "s.csv", "--workspace", tmp_path / "w"]
    assert said in refused("run", "emails.csv", *asked, cwd=seller)
    assert not (tmp_path / "w").exists()


def test_facts_that_are_no_text_are_refused(seller, tmp_path):
    (tmp_path / "facts.bin").write_bytes(b"\xff\xfe\x00\xd8")
    assert "--facts: " in refused("run", "emails.csv", "--facts", tmp_path / "facts.bin", cwd=seller)
    assert "--facts: " in refused("run", "emails.csv", "--facts", tmp_path / "none.txt", cwd=seller)
