"""``--engine``: what is refused before anything is read, how progress is told, and how Ctrl-C ends."""

import sys

import pytest
import typer

from outcome_rl.cli.engine import EVERY, finish_in_parts, told_now_and_then
from outcome_rl.events import Notice, Progress
from tests.helpers.command_line import refused


def test_options_that_do_not_go_together_are_refused(tmp_path):
    assert "is not one of process, ray" in refused("score", "x.csv", "--engine", "spark", cwd=tmp_path)
    assert "add --engine ray" in refused("score", "x.csv", "--address", "a:1", cwd=tmp_path)
    assert "add --engine ray" in refused("generate", "--context", "X", "--part-rows", 5, cwd=tmp_path)
    assert "needs --out FOLDER" in refused("score", "x.csv", "--engine", "ray", cwd=tmp_path)


@pytest.mark.parametrize("command", [("score", "x.csv"), ("generate", "--contexts", "x.csv")])
def test_without_the_extra_it_is_said_what_to_install(command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    told = refused(*command, "--engine", "ray", "--out", "o", cwd=tmp_path)
    assert told == (
        "error: --engine ray needs Ray, which is not installed; install it with: "
        'pip install "ray[data]>=2.60,<3" "pyarrow>=17"'
    )
    assert not (tmp_path / "o").exists()


def test_single_contexts_are_no_file(tmp_path):
    pytest.importorskip("ray")
    told = refused("generate", "--context", "X", "--engine", "ray", "--out", "o", cwd=tmp_path)
    assert "give --contexts FILE" in told


def test_progress_is_told_now_and_then_and_at_the_end(capsys):
    clock = [0.0]
    show = told_now_and_then(lambda: clock[0])
    for done, clock[0] in ((0, 0.0), (1, EVERY - 1), (2, EVERY), (3, EVERY + 1)):
        show(Progress(phase="scoring", done=done, total=4, seconds_left=9.0 if done else None))
    show(Notice(message="something"))
    show(Progress(phase="scoring", done=4, total=4, seconds_left=0.0))
    said = capsys.readouterr().err.splitlines()
    assert said == ["scoring …", "scoring: 2 of 4 – 9 s left", "note: something", "scoring: 4 of 4 – 0 s left"]


def test_ctrl_c_ends_with_what_stays(capsys, tmp_path):
    def interrupted():
        yield Notice(message="begun")
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as end:
        finish_in_parts(interrupted(), tmp_path / "o", {}, json=True)
    assert end.value.exit_code == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert "the same command goes on" in told.err
