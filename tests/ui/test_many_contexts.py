"""Many contexts at once: files are checked beside their field, the table fills, a stop keeps what is whole."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace

import gradio as gr
import pytest

from outcome_rl import events as ev
from outcome_rl.config import SamplingConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.errors import DataError, RunError
from outcome_rl.policy.metadata import ORIGIN_FILE
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common import plots
from outcome_rl.ui.common.loaded_models import AvailableModels
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.compare import emails_table, gains, many_contexts
from outcome_rl.utils.files import write_json
from tests.helpers.made_runs import made_run

CONTEXTS = [f"Customer {i}." for i in range(6)]
HOSTILE = "<img src=x onerror=alert(1)> {x} `${y}` & <b>bold</b>"
FIGURES = {
    "n": 6,
    "gain": 0.75,
    "gain_ci95": [0.2, 1.1],
    "win_rate": 5 / 6,
    "improved": True,
    "verdict": "In the reward model's eyes these emails beat the base's.",
}
SUMMARY = {
    "n": 6,
    "reward_mean": 0.5,
    "words_mean": 60.0,
    "share_with_question": 0.5,
    "share_with_cta": 0.5,
    "predicted": {"no_reply": 2, "reply": 3, "conversion": 1},
}


def email(place, reward, model="base", text="Hi.", context="", candidate=1):
    return ev.EmailWritten(
        place=place, candidate=candidate, model=model, context=context or CONTEXTS[place], email_text=text,
        reward=reward, p_no_reply=0.2, p_reply=0.6, p_conversion=0.2,
    )  # fmt: skip


def emails(model, *rewards, first=0):
    return [email(place, reward, model) for place, reward in enumerate(rewards, first)]


def compared(roles=("base", "tuned")):
    return ev.PhaseDone(phase="comparison", result={**FIGURES, **dict.fromkeys(roles, SUMMARY)})


@pytest.fixture
def ui():
    """Names in the place of components."""
    return many_contexts.ManyContextsPanel(*many_contexts.ManyContextsPanel.__dataclass_fields__)


@pytest.fixture
def page(tmp_path):
    space = Workspace(tmp_path)
    return SimpleNamespace(workspace=space, watcher=RunWatcher(space))


def shown(ui, page, events, name="one"):
    """What each component shows of a run with these events."""
    run = made_run(page.workspace, name, events, kind="evaluate")
    write_rows(run.folder / "comparison.csv", ["context"], [["A"]])
    return many_contexts.render_result(ui, page.watcher.snapshot(("evaluate",)), page.workspace.root, None)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_without_a_file_the_samples_contexts_are_used(page):
    page.workspace.policy.mkdir(parents=True)
    write_json(page.workspace.policy / ORIGIN_FILE, {"run": "one"})
    assert "24 recipients of the sample" in many_contexts.chosen_words(None, (), page.workspace.policy)
    assert len(many_contexts.read_page_recipients(None).contexts) == 24


def test_a_file_is_counted_or_its_mistake_told(tmp_path):
    good, bad, long = (tmp_path / name for name in ("good.csv", "bad.csv", "long.txt"))
    good.write_text("context\nA <b>\nB\n\n")
    bad.write_text("who,when\nA,B\n")
    long.write_text("one\n" * (many_contexts.MAX_CONTEXTS + 1))
    assert "good.csv, 2 recipients" in many_contexts.chosen_words(str(good))
    assert "column &#x27;context&#x27; is missing" in many_contexts.chosen_words(str(bad))
    assert "at most 300" in many_contexts.chosen_words(str(long))
    with pytest.raises(DataError, match="holds 301 recipients"):
        many_contexts.read_page_recipients(str(long))


def test_people_are_described_as_the_writer_was_taught_and_shown_first(page, tmp_path, monkeypatch):
    said = {"sentence": "{Job} met in {Town}", "columns": {"Job": ["Job"], "Town": ["Town"]}}
    page.workspace.policy.mkdir(parents=True)
    write_json(page.workspace.policy / ORIGIN_FILE, {"run": "one", "contexts": said})
    people, lacking = tmp_path / "people.csv", tmp_path / "lacking.csv"
    people.write_text("Email,Job,Town\n" + "".join(f"{i}@x.example,<b>{i},Rome\n" for i in range(5)))
    lacking.write_text("Email,Job,Company\na@x.example,Cook,Acme\n")
    shown = many_contexts.chosen_words(str(people), (), page.workspace.policy)
    assert "people.csv, 5 recipients" in shown and "in the same way" in shown
    assert shown.count("met in Rome") == 3 and "&lt;b&gt;0 met in Rome" in shown
    assert "described by Job, Town" in shown and "Not used to describe them" not in shown
    other = many_contexts.chosen_words(str(lacking), (), page.workspace.policy)
    assert "your file has no column for: Town" in other and "Cook at Acme" in other and "orl-caution" in other
    assert "the writer was taught" not in many_contexts.chosen_words(str(lacking))
    monkeypatch.setattr(many_contexts.jobs, "start", lambda _, __, given: given)
    monkeypatch.setattr(many_contexts, "available_models", lambda page: AvailableModels(True, True, True, (1, 1)))
    given = many_contexts.start_comparison(page, str(people), True, SamplingConfig())
    assert many_contexts.read_page_recipients(given[1]).contexts[0] == "<b>0 met in Rome"


def test_what_is_not_used_of_a_list_is_said_and_never_called_the_same(page, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("First name,Company,Email,Shoe size\nMarta,Nordlys,m@x.example,40\n")

    def shown(sentence: str) -> str:
        contexts = {"sentence": sentence, "columns": {}}
        write_json(page.workspace.policy / ORIGIN_FILE, {"run": "one", "contexts": contexts})
        return many_contexts.chosen_words(str(people), (), page.workspace.policy)

    page.workspace.policy.mkdir(parents=True)
    told = shown("{first_name} at {company}; step {step}")
    assert "described by First name, Company." in told and "in the same way" in told
    assert "Not used to describe them: Shoe size." in told and "Marta at Nordlys; step 1" in told
    alike = shown("A prospect; step {step}")
    assert "nothing from your file is used" in alike and "in the same way" not in alike
    assert "“A prospect; step 1”" in alike and "orl-caution" in alike


def test_the_command_does_the_same(tmp_path):
    assert many_contexts.arguments(None, True, SamplingConfig()) == ["evaluate"]
    found = many_contexts.arguments("my own.csv", False, SamplingConfig(seed=1))
    assert found == ["evaluate", "--contexts", "my own.csv", "--no-warm-start", "--seed", "1"]


# --- the comparison ---------------------------------------------------------------------------------------------------


def test_the_table_fills_while_the_models_write(ui, page):
    half = emails("base", 0.0, 0.0, 1.0, 0.0)
    table = shown(ui, page, half)["table"].value
    assert table["headers"] == [
        "recipient", "answers per 100, before", "answers per 100, after", "difference", "email before", "email after"
    ]  # fmt: skip
    assert [row[0] for row in table["data"]] == CONTEXTS[:4]
    assert [row[1:4] for row in table["data"]] == [[80.0, None, None]] * 4
    more = shown(ui, page, [*half, *emails("tuned", 1.0, 1.0, 0.5, 1.0)], "two")
    assert [row[3] for row in more["table"].value["data"]] == [0.0] * 4
    assert (more["result"], more["examples"]) == ("", "")
    assert not any(more[name].visible for name in ("chart", "download")), "it is still at work"


def test_what_came_of_it_is_that_of_all_emails(ui, page):
    events = [*emails("base", 0, 0, 1, 0, 0, 0), *emails("tuned", 1, 1, 0.5, 1, 1, 1), compared()]
    found = shown(ui, page, [*events, ev.Finished(result=events[-1].result)])
    assert "+0.75" in found["result"]
    assert "83%" in found["result"]
    assert "Lost most" in found["examples"]
    assert found["chart"].visible is found["download"].visible is True
    assert found["download"].value["path"].endswith("comparison.csv")


def test_a_stop_shows_what_both_have_written_for(ui, page):
    events = [*emails("base", 0, 0, 9, 9), *emails("tuned", 1, 2), compared()]
    found = shown(ui, page, [*events, ev.Stopped(message="Stopped after 2 of 6 contexts.", resumable=True)])
    assert len(found["table"].value["data"]) == 4, "what is written is not thrown away"
    assert "+0.75" in found["result"]
    assert found["chart"].visible is False, "two are few to draw"
    assert found["download"].visible is True


def test_a_stop_before_anything_can_be_compared_draws_nothing(ui, page):
    found = shown(ui, page, [ev.Stopped(message="Stopped after 0 of 6 contexts.", resumable=True)])
    assert found["table"].visible is found["download"].visible is False
    assert found["result"] == ""


def test_an_email_that_was_written_again_stands_once_and_only_the_first_of_several(ui, page):
    again = [*emails("base", 0.5, 0.5), *emails("base", 0.5, 0.5), email(0, 2.0, candidate=2), *emails("tuned", 1, 1)]
    assert len(shown(ui, page, again)["table"].value["data"]) == 2


def test_the_warm_start_has_a_column_where_it_has_written(ui, page):
    roles = ("base", "warm_start", "tuned")
    events = [*(each for name in roles for each in emails(name, *[0.5] * 6)), compared(roles)]
    found = shown(ui, page, [*events, ev.Finished(result={})])
    assert found["table"].value["headers"][2] == "answers per 100, before practice"
    assert "After reading, before practice: mean reward" in found["result"]


def test_a_button_that_would_fail_cannot_be_pressed(ui, page, monkeypatch):
    def can(events, both=True, busy=False):
        monkeypatch.setattr(many_contexts, "available_models", lambda page: AvailableModels(both, True, both, (1, 1)))
        made_run(page.workspace, f"run{len(page.workspace.runs())}", events, kind="evaluate")
        view = page.watcher.snapshot(("evaluate",))
        found = many_contexts.render_controls(ui, page, view, busy or view.running)
        return [name for name in ("start", "stop", "resume") if found[name].interactive], found["lock"]

    stopped, done = ev.Stopped(message="Stopped.", resumable=True), ev.Finished(result={})
    assert can([done]) == (["start"], "")
    assert can([stopped]) == (["start", "resume"], "")
    assert can([stopped], busy=True)[0] == []
    assert "Something else is running" in can([stopped], busy=True)[1]
    assert can([stopped], both=False)[0] == []
    assert "step 2" in can([done], both=False)[1]
    assert can([]) == (["stop"], "")


def test_a_comparison_is_started_on_a_copy_of_the_contexts(page, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(many_contexts.jobs, "start", lambda *given: started.append(given))
    with pytest.raises(RunError, match="step 1"):
        many_contexts.start_comparison(page, None, True, SamplingConfig())
    monkeypatch.setattr(many_contexts, "available_models", lambda page: AvailableModels(True, True, True, (1, 1)))
    (tmp_path / "mine.txt").write_text("A  B\nC\n")
    many_contexts.start_comparison(page, str(tmp_path / "mine.txt"), False, SamplingConfig())
    ((space, kind, given),) = started
    assert (space, kind, given[2:]) == (page.workspace, "evaluate", ["--no-warm-start"])
    (tmp_path / "mine.txt").unlink()
    assert many_contexts.read_page_recipients(given[1]).contexts == ("A B", "C")


def test_nothing_is_stopped_or_resumed_where_nothing_can_be(page):
    with pytest.raises(RunError, match="No comparison is running"):
        many_contexts.request_stop(page)
    made_run(page.workspace, "done", [ev.Finished(result={})], kind="evaluate")
    with pytest.raises(RunError, match="cannot be gone on with"):
        many_contexts.resume_run(page, page.watcher.snapshot(("evaluate",)))


def test_scripts_are_told_what_is_allowed(monkeypatch):
    found = {}
    monkeypatch.setattr(gr, "api", lambda function, api_name, **_: found.update({api_name: function}))
    many_contexts.expose_api(SimpleNamespace())
    for contexts in ([], ["A", " "], ["A"] * 301):
        with pytest.raises(gr.Error, match="give 1 to 300"):
            found["compare_contexts"](contexts)


# --- words and figures ------------------------------------------------------------------------------------------------


def test_examples_are_the_extremes_and_text_stays_text():
    base = [email(i, 0.0, text=HOSTILE if i == 0 else "Hi.", context=HOSTILE if i == 0 else "") for i in range(6)]
    tuned = [email(each.place, won, "tuned") for each, won in zip(base, (3, 2, 1, 0.5, 0, -1), strict=True)]
    said = gains.extremes(list(zip(base, tuned, strict=True)))
    assert re.findall(r'orl-gain">(.*?)<', said) == ["+0 answers per 100"] * 4, "three that gained, one that lost"
    assert "<img" not in said
    assert "<b>bold" not in said
    assert "{" not in said
    assert html.escape("<img src=x onerror=alert(1)>") in said
    assert gains.extremes(list(zip(base, base, strict=True))) == ""


@pytest.mark.parametrize(("improved", "tone"), [(True, "good"), (False, "bad"), ("unclear", "caution")])
def test_the_verdicts_colour_is_the_verdicts(improved, tone):
    assert f"orl-{tone}" in gains.figures({**compared().result, "improved": improved}, {}, None)


def test_both_distributions_count_every_email():
    base, tuned = plots.reward_distributions([0.0, 0.1, 0.2, 1.0], [1.0, 1.1, 1.2, 1.3]).data
    assert sum(base.y) == sum(tuned.y) == 4
    assert base.x == tuned.x
    same = plots.reward_distributions([0.5] * 3, [0.5] * 3).data
    assert sum(same[0].y) == 3


def test_a_model_that_is_not_trusted_has_no_say():
    figures = gains.figures(compared().result, {}, {"beats_guessing": False})
    assert "+0.75" not in figures
    table = emails_table.render_table({"base": emails("base", 0.0), "tuned": emails("tuned", 1.0)}, trusted=False)
    assert table.value["headers"] == ["recipient", "email before", "email after"]
