"""``generate``, ``score`` and ``try`` with the models that a run has left."""

import json

import pytest

from outcome_rl.data.csv_io import write_rows
from outcome_rl.reward.finding_costs import count_findings
from outcome_rl.text.findings import find_all
from tests.helpers.command_line import SCORED, SHORT, result, rows_of, typed


def cost_of_findings(email):
    """What its claims and faults cost, at payoffs from -1 to 2."""
    return 0.1 * 3 * sum(count_findings(find_all(email["email_text"], email["context"], "")))


def test_generate_for_a_context(trusted_run):
    asked = ["generate", "--context", "Customer: X.", "--candidates", 3, *SHORT]
    found = result(*asked, cwd=trusted_run.folder)["emails"]
    assert [email["candidate"] for email in found] == [1, 2, 3]
    worth = [email["reward"] - cost_of_findings(email) for email in found]
    assert worth == sorted(worth, reverse=True)
    assert found[0].keys() >= {*SCORED, "candidate", "model", "predicted"}
    assert found[0]["p_no_reply"] + found[0]["p_reply"] + found[0]["p_conversion"] == pytest.approx(1)
    status, out, _ = typed(*asked, cwd=trusted_run.folder)
    assert status == 0
    assert out.count("Context: Customer: X.") == 3
    assert [f"Reward: {email['reward']:+.2f}" in out for email in found] == [True] * 3, "the same seed writes the same"
    assert all(part in out for part in ("Predicted outcome: ", "Probabilities: ", "Words: ", "Call to action: "))


def test_the_best_of_several_is_kept(full_run):
    asked = ["generate", "--context", "Customer: X.", *SHORT]
    several = result(*asked, "--candidates", 5, cwd=full_run.folder)["emails"]
    best = result(*asked, "--best-of", 5, cwd=full_run.folder)["emails"]
    assert best == several[:1]


def test_generate_for_a_file_with_another_model(full_run, tmp_path):
    asked = ["--contexts", "contexts.csv", "--candidates", 2, "--model", full_run.base, "--out", tmp_path / "new.csv"]
    found = result("generate", *asked, *SHORT, cwd=full_run.folder)
    written = rows_of(tmp_path / "new.csv")
    assert found["out"] == str(tmp_path / "new.csv")
    assert list(written[0]) == [*SCORED, "candidate", "model"]
    assert [row["context"] for row in written] == [
        context for context in ("Customer: A.", "Customer: B, the big one.", "Customer: C.") for _ in range(2)
    ]
    assert {row["model"] for row in written} == {full_run.base}
    assert [row["candidate"] for row in written] == ["1", "2"] * 3


def test_people_are_described_as_in_the_emails_that_were_learned_from(full_run, tmp_path):
    people, few = tmp_path / "people.csv", tmp_path / "few.csv"
    write_rows(people, ["Email", "Position", "Company"], [["a@x.example", "CFO", "Acme"]])
    write_rows(few, ["Email", "Position"], [["a@x.example", "CFO"]])
    for command, *asked in (["generate"], ["evaluate", "--no-warm-start", "--samples", "1"]):
        status, _, err = typed(command, "--contexts", people, *asked, *SHORT, "--json", cwd=full_run.folder)
        assert status == 0, err
        told = "Contexts are composed as: Customer: {Job} of {Firm}., as in the emails that were learned from"
        assert told in " ".join(err.split())
    assert (
        rows_of(sorted(full_run.outputs.glob("runs/*-evaluate*/data.csv"))[-1])[0]["context"]
        == "Customer: CFO of Acme."
    )
    written = result("generate", "--contexts", people, *SHORT, cwd=full_run.folder)["emails"]
    assert [email["context"] for email in written] == ["Customer: CFO of Acme."]
    written = result("generate", "--contexts", people, "--model", full_run.base, *SHORT, cwd=full_run.folder)["emails"]
    assert [email["context"] for email in written] == ["CFO at Acme"], "the base has learned from nothing"
    _, _, err = typed("generate", "--contexts", few, *SHORT, "--json", cwd=full_run.folder)
    assert "Without the column 'Account name' contexts are composed as: {title}; in" in " ".join(err.split())


def test_generate_without_a_reward_model_writes_all_the_same(models_folder, tmp_path):
    asked = ["generate", "--context", "X", "--model", models_folder / "llama", *SHORT, "--json"]
    status, out, err = typed(*asked, cwd=tmp_path)
    assert status == 0
    assert json.loads(out)["emails"][0]["reward"] is None
    assert "not scored" in err


def test_score(full_run, tmp_path):
    found = result("score", "mails.csv", "--out", tmp_path / "scored.csv", cwd=full_run.folder)
    written = rows_of(tmp_path / "scored.csv")
    assert list(written[0]) == SCORED
    assert len(written) == found["n"] == 60
    assert found["reward_of_own_emails"] == pytest.approx(full_run.result["reward_model"]["mean_reward_predicted"])
    assert [row["email_text"].lstrip("'") for row in written] == [
        row["email_text"].lstrip("'") for row in rows_of(full_run.folder / "mails.csv")
    ]
    assert found["reward_mean"] == pytest.approx(sum(float(row["reward"]) for row in written) / 60, abs=1e-5)
    for row in written:
        p = [float(row[name]) for name in SCORED[2:5]]
        assert sum(p) == pytest.approx(1, abs=1e-5)
        assert float(row["reward"]) <= -p[0] + 0.5 * p[1] + 2 * p[2] + 1e-5, "caution only lowers it"


def test_score_explains_what_each_sentence_adds(full_run, tmp_path):
    mails = [["Customer: A.", "Hello there. Would you like a call? Bye now."]]
    write_rows(tmp_path / "one.csv", ("context", "email_text"), mails)
    result("score", tmp_path / "one.csv", "--explain", "--out", tmp_path / "scored.csv", cwd=full_run.folder)
    told = rows_of(tmp_path / "scored.csv")[0]["sentence_effects"].removeprefix("'").splitlines()
    assert [line.split("  ", 1)[1] for line in told] == ["Hello there.", "Would you like a call?", "Bye now."]
    assert all(line[0] in "+-" for line in told)


def test_try_writes_for_the_eight_contexts_and_sums_up_then_asks(trusted_run):
    status, out, err = typed("try", "--interactive", *SHORT, cwd=trusted_run.folder, stdin="Customer: mine.\n\n")
    assert status == 0, err
    assert out.count("\nContext: Customer: ") == 8 + 1
    assert "Context: Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app." in out
    assert "Context: Customer: mine." in out
    assert all(part in out for part in ("8 emails", "Mean reward: ", "Mean words: ", "With a question: "))
    assert out.index("Mean reward: ") < out.index("Customer: mine.")


def test_try_prints_its_json_last_and_ends_with_its_input(full_run):
    found = result("try", "--interactive", *SHORT, cwd=full_run.folder, stdin="Customer: mine.\n")
    assert len(found["emails"]) == 8 + 1
    assert found["summary"]["n"] == 8


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["generate", "--context", "Customer: X."], ["emails", "out"]),
        (["score", "mails.csv", "--out", "of a guess.csv"], ["out"]),
        (["try"], ["emails", "summary"]),
    ],
)
def test_what_a_model_that_only_guesses_expects_is_not_shown(full_run, trusted_run, asked, told):
    settings = [] if asked[0] == "score" else SHORT
    status, out, err = typed(*asked, *settings, cwd=full_run.folder)
    assert status == 0, err
    assert "is not clearly better than guessing" in err
    assert not any(word in out for word in ("Predicted", "eward", "Probabilities"))
    assert "ords" in out
    found = result(*asked, *settings, cwd=full_run.folder)
    assert found["reward_model_guesses"] is True
    assert {*told} <= found.keys()
    status, out, err = typed(*asked, *settings, cwd=trusted_run.folder)
    assert "guessing" not in err
    assert "eward: " in out
    assert "reward_model_guesses" not in result(*asked, *settings, cwd=trusted_run.folder)
