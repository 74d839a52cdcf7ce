"""python -m benchmarks.worlds: what it writes, scores and says."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from benchmarks.worlds.__main__ import main
from benchmarks.worlds.describing import figures_of
from benchmarks.worlds.registry import WORLDS, load_world
from outcome_rl.errors import ConfigError


def read(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_write_then_score(tmp_path, capsys):
    assert main(["write", "stock", "--out", str(tmp_path), "--rows", "12", "--contexts", "5"]) == 0
    rows, contexts = read(tmp_path / "stock.csv"), read(tmp_path / "contexts.csv")
    assert [list(rows[0]), len(rows), len(contexts)] == [["context", "email_text", "outcome"], 12, 5]
    scored = tmp_path / "scored.csv"
    assert main(["score", "stock", str(tmp_path / "stock.csv"), "--out", str(scored)]) == 0
    data = WORLDS["stock"].emails(12)
    expected = WORLDS["stock"].true_reward(data.contexts, data.emails)
    assert [float(row["true_reward"]) for row in read(scored)] == pytest.approx(expected, abs=1e-4)
    assert f"all: true reward {expected.mean():+.3f}" in capsys.readouterr().out


def test_one_sellers_further_columns_are_written(tmp_path):
    main(["write", "one_seller", "--out", str(tmp_path), "--rows", "8"])
    rows = read(tmp_path / "one_seller.csv")
    assert list(rows[0])[3:] == ["sender", "product", "segment", "step", "sent_at"]


def test_scores_by_model(tmp_path, capsys):
    file = tmp_path / "emails.csv"
    file.write_text("context,email_text,model\na,Hello there,base\na,,tuned\n", encoding="utf-8")
    assert main(["score", "long", str(file)]) == 0
    out = capsys.readouterr().out
    assert "base: true reward" in out
    assert "tuned: true reward" in out


def test_list_names_every_world(capsys):
    main(["list"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(WORLDS)


def test_describe(capsys):
    assert main(["describe", "stock", "null", "--rows", "40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| stock", "| null"]


def test_figures_of_a_world_without_truth():
    figures = figures_of(WORLDS["null"], rows=60)
    assert (figures.explained, figures.text, figures.auc_reply) == (0.0, 0.0, 0.5)
    assert figures.reward == figures.best


def test_mistakes_are_named(tmp_path, capsys):
    missing, wrong = tmp_path / "none.csv", tmp_path / "wrong.csv"
    wrong.write_text("text\nhello\n", encoding="utf-8")
    assert main(["score", "stock", str(missing)]) == 2
    assert main(["score", "stock", str(wrong)]) == 2
    assert main(["describe", "atlantis"]) == 2
    told = capsys.readouterr().err
    assert "there is no such file" in told
    assert "missing: context, email_text" in told
    assert "no world 'atlantis'; there are sample" in told
    with pytest.raises(ConfigError):
        load_world("atlantis")


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worlds", "list"], capture_output=True, text=True, timeout=120, check=True
    )
    assert "one_seller" in done.stdout
