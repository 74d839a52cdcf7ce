"""Many contexts at once: files are checked beside their field, the table fills, a stop keeps what is whole."""

from __future__ import annotations

import csv
import html
import re
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from outcome_rl.config import SamplingConfig
from outcome_rl.email_checks import check_email
from outcome_rl.emails import ScoredEmail
from outcome_rl.errors import DataError, OutcomeRLError
from outcome_rl.evaluate import Part, comparison, pairs
from outcome_rl.runs import Workspace
from outcome_rl.scores import Scores
from outcome_rl.ui import gains, many_contexts, plots, writers
from outcome_rl.ui.shared import Shelf
from outcome_rl.ui.writers import Ready

CONTEXTS = [f"Customer {i}." for i in range(6)]
HOSTILE = "<img src=x onerror=alert(1)> {x} `${y}` & <b>bold</b>"


def email(context, reward, model="base", text="Hi."):
    return ScoredEmail(context, text, model, 1, "reply", reward, 0.2, 0.6, 0.2, check_email(text))


def part(model, contexts, *rewards):
    return Part(model, [email(*each, model) for each in zip(contexts, rewards, strict=True)])


@pytest.fixture
def ui():
    """Names in the place of components."""
    return many_contexts.Controls(*many_contexts.Controls.__dataclass_fields__)


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setattr(many_contexts, "judged", lambda page, emails: comparison(emails, 1))
    return SimpleNamespace(workspace=Workspace(tmp_path), shelf=Shelf())


def drawn(ui, page, parts):
    """What each component shows in the end, every step, and the CSV while it could be fetched."""
    last, steps, written = {}, [], None
    for step in many_contexts.shown(ui, page, CONTEXTS, iter([2, *parts])):
        steps.append(step)
        last |= step
        if "download" in step:
            with open(step["download"].value["path"], newline="") as stream:
                written = list(csv.DictReader(stream))
    return last, steps, written


# --- the file ---------------------------------------------------------------------------------------------------------


def test_without_a_file_the_samples_contexts_are_used():
    assert "40 contexts of the sample" in many_contexts.chosen_words(None)
    assert len(many_contexts.read(None)) == 40


def test_a_file_is_counted_or_its_mistake_told(tmp_path):
    good, bad, long = (tmp_path / name for name in ("good.csv", "bad.csv", "long.txt"))
    good.write_text("context\nA <b>\nB\n\n")
    bad.write_text("who\nA\n")
    long.write_text("one\n" * (many_contexts.MAX_CONTEXTS + 1))
    assert "good.csv, 2 contexts" in many_contexts.chosen_words(str(good))
    assert "column &#x27;context&#x27; is missing" in many_contexts.chosen_words(str(bad))
    assert "at most 300" in many_contexts.chosen_words(str(long))
    with pytest.raises(DataError, match="holds 301 contexts"):
        many_contexts.read(str(long))


def test_the_command_does_the_same(tmp_path):
    assert many_contexts.arguments(None, SamplingConfig()) == ["evaluate", "--out", "comparison.csv"]
    found = many_contexts.arguments(str(tmp_path / "my own.csv"), SamplingConfig(seed=1))
    assert found == ["evaluate", "--contexts", "my own.csv", "--out", "comparison.csv", "--seed", "1"]


# --- the comparison ---------------------------------------------------------------------------------------------------


def test_the_table_fills_and_the_comparison_is_that_of_all_emails(ui, page):
    parts = [
        part("base", CONTEXTS[:4], 0.0, 0.0, 1.0, 0.0),
        part("tuned", CONTEXTS[:4], 1.0, 1.0, 0.5, 1.0),
        part("base", CONTEXTS[4:], 0.0, 0.0),
        part("tuned", CONTEXTS[4:], 1.0, 1.0),
    ]
    last, steps, written = drawn(ui, page, parts)
    tables = [step["table"].value for step in steps if "table" in step]
    assert [len(table["data"]) for table in tables] == [4, 4, 6, 6]
    assert tables[-1]["headers"] == ["context", "base", "tuned", "gain", "base email", "tuned email"]
    assert [row[3] for row in tables[0]["data"]] == [None] * 4
    assert [row[3] for row in tables[-1]["data"]] == [1.0, 1.0, -0.5, 1.0, 1.0, 1.0]
    shares = [float(found) for step in steps for found in re.findall(r'valuenow="(.*?)"', str(step.get("status")))]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert "left" in steps[1]["status"]
    assert "+0.75" in last["result"]
    assert "83%" in last["result"]
    assert last["status"] == ""
    assert [row["model"] for row in written] == ["base"] * 6 + ["tuned"] * 6
    assert last["chart"].visible is True


def test_a_stop_keeps_the_contexts_that_both_have_written_for(ui, page):
    parts = [
        part("base", CONTEXTS[:2], 0.0, 0.0),
        part("tuned", CONTEXTS[:2], 1.0, 2.0),
        part("base", CONTEXTS[2:4], 9.0, 9.0),
    ]
    last, _, written = drawn(ui, page, parts)
    assert "Stopped after 2 of 6 contexts" in last["status"]
    assert "+1.50" in last["result"]
    assert len(written) == 6, "what is written is not thrown away"
    assert last["chart"].visible is False


@pytest.mark.parametrize("parts", [[], [part("base", CONTEXTS[:2], 0.0, 0.0)]])
def test_a_stop_before_anything_can_be_compared_says_so(ui, page, parts):
    last, _, written = drawn(ui, page, parts)
    assert "before both models had written" in last["status"]
    assert "result" not in last
    assert written is None


def test_the_warm_start_has_a_column_where_it_has_written(ui, page):
    parts = [part(name, CONTEXTS, *[0.5] * 6) for name in ("base", "warm_start", "tuned")]
    last, _, _ = drawn(ui, page, parts)
    assert last["table"].value["headers"][1:4] == ["base", "warm start", "tuned"]
    assert "Warm start: mean reward" in last["result"]


def test_an_older_comparison_vanishes_first(ui):
    empty = many_contexts.cleared(ui)
    assert empty["result"] == empty["examples"] == ""
    assert not any(empty[name].visible for name in ("chart", "download", "table"))


class Lengths:
    """A toy reward model: longer emails convert."""

    def score(self, contexts, emails):
        rewards = np.array([len(text) / 100 for text in emails])
        return Scores.sure(np.tile([0.5, 0.3, 0.2], (len(emails), 1)), rewards)


def test_the_pages_models_write_in_parts(page, monkeypatch, models_folder):
    names = {"base": models_folder / "llama", "warm_start": models_folder / "gpt2", "tuned": models_folder / "gpt2"}
    monkeypatch.setattr(writers, "sources", lambda page: names)
    monkeypatch.setattr(writers, "load_judge", lambda page: Lengths())
    monkeypatch.setattr(writers, "AT_ONCE", 4)
    short = SamplingConfig(max_new_tokens=8)
    count, *parts = writers.compared(page, CONTEXTS, short, False, lambda: False)
    assert count == 2
    assert [(each.model, len(each.emails)) for each in parts] == [("base", 4), ("tuned", 4), ("base", 2), ("tuned", 2)]
    assert next(writers.compared(page, CONTEXTS, short, True, lambda: False)) == 3
    monkeypatch.setattr(writers, "load_judge", lambda page: None)
    with pytest.raises(OutcomeRLError, match="first tab"):
        next(writers.compared(page, CONTEXTS, short, False, lambda: False))


def test_scripts_are_told_what_is_allowed(monkeypatch):
    found = {}
    monkeypatch.setattr(gr, "api", lambda function, api_name, **_: found.update({api_name: function}))
    many_contexts.expose_api(SimpleNamespace())
    for contexts in ([], ["A", " "], ["A"] * 301):
        with pytest.raises(gr.Error, match="give 1 to 300"):
            found["compare_contexts"](contexts)


def test_it_opens_once_there_are_both_models(page):
    with gr.Blocks() as demo:
        page.demo, page.in_workspace = demo, lambda given: given
        inputs = SimpleNamespace(components=[], read=lambda values: SamplingConfig())
        _, opened = many_contexts.create_many_contexts(page, inputs)
    lock, start = opened(Ready(tuned=False, judged=True, mark=(0, 1)))
    assert "second tab" in lock
    assert start.interactive is False
    assert opened(Ready(tuned=True, judged=True, mark=(1, 1)))[0] == ""


# --- words and figures ------------------------------------------------------------------------------------------------


def test_examples_are_the_extremes_and_text_stays_text():
    base = [email(HOSTILE if i == 0 else f"C{i}", 0.0, text=HOSTILE if i == 0 else "Hi.") for i in range(6)]
    tuned = [email(each.context, gain, "tuned") for each, gain in zip(base, (3, 2, 1, 0.5, 0, -1), strict=True)]
    said = gains.extremes(pairs(base, tuned))
    assert re.findall(r'orl-gain">(.*?)<', said) == ["+3.00", "+2.00", "+1.00", "-1.00"]
    assert "<img" not in said
    assert "<b>bold" not in said
    assert "{" not in said
    assert html.escape("<img src=x onerror=alert(1)>") in said
    assert gains.extremes(pairs(base, base)) == ""


def test_the_verdicts_colour_is_the_verdicts():
    won = {"base": [email(f"{i}", 0.0) for i in range(6)], "tuned": [email(f"{i}", 1.0) for i in range(6)]}
    assert "orl-good" in gains.figures(comparison(won, 1))
    assert "orl-bad" in gains.figures(comparison({"base": won["tuned"], "tuned": won["base"]}, 1))
    assert "orl-caution" in gains.figures(comparison({"base": won["base"], "tuned": won["base"]}, 1))


def test_both_distributions_count_every_email():
    base, tuned = plots.reward_distributions([0.0, 0.1, 0.2, 1.0], [1.0, 1.1, 1.2, 1.3]).data
    assert sum(base.y) == sum(tuned.y) == 4
    assert base.x == tuned.x
    same = plots.reward_distributions([0.5] * 3, [0.5] * 3).data
    assert sum(same[0].y) == 3
