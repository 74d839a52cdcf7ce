"""A writer without teaching, on the page: offered where teaching is locked, made, written with, called what it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig, SamplingConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.errors import RunError
from outcome_rl.pipelines.known_speed import SPEED_FILE
from outcome_rl.policy.metadata import NOT_TAUGHT, ORIGIN_FILE
from outcome_rl.reward.metadata import read_figures
from outcome_rl.runs.run import DONE, RUNNING
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.clock import clock_of
from outcome_rl.ui.common.loaded_models import available_models
from outcome_rl.ui.common.run_watcher import RunSnapshot, RunWatcher
from outcome_rl.ui.common.verdicts import of_untaught_comparison
from outcome_rl.ui.compare import many_contexts, tab
from outcome_rl.ui.finetune import tab as teach_tab
from outcome_rl.ui.finetune.plan_panel import estimate
from outcome_rl.ui.finetune.results import result_words, short_result
from outcome_rl.ui.server.status_line import status_of
from outcome_rl.ui.words import learn, names, teach, verdicts, write
from outcome_rl.utils.checksums import write_checksums
from outcome_rl.utils.files import read_json, write_json
from outcome_rl.utils.probe import MachineSpeed
from tests.helpers.made_once import copied
from tests.helpers.made_runs import made_run
from tests.helpers.pages import says
from tests.helpers.seller import seller_emails

SLOW = 120_000
UNTAUGHT: dict[str, Any] = {"steps": 0, "best_step": 0, "evaluation": None, "verdict": "Nothing was taught.", "kl": 0.0}


def with_predictor(space: Workspace, guesses: bool) -> Workspace:
    space.reward_model.mkdir(parents=True, exist_ok=True)
    write_json(space.reward_model / "metrics.json", {"beats_guessing": not guesses, "beats_baselines": True})
    return space


def with_writer(space: Workspace, **origin: object) -> SimpleNamespace:
    """The page of a workspace whose writer says so of itself."""
    run = made_run(space, "one", [ev.Finished(result=UNTAUGHT)], steps=0)
    run.write_config({**run.config(), "data": "mails.csv"})
    space.policy.mkdir(parents=True, exist_ok=True)
    made = {"base_model": "a", "run": "one", "steps": 0, "best_step": 0, "write": "own-words", **origin}
    write_json(space.policy / ORIGIN_FILE, made)
    return SimpleNamespace(workspace=space)


@pytest.mark.parametrize("guesses", [True, False])
def test_the_third_step_calls_the_writer_what_it_is(tmp_path, guesses):
    page = with_writer(with_predictor(Workspace(tmp_path), guesses), **{NOT_TAUGHT: "no RL step was asked for"})
    now = available_models(page)
    assert (now.taught, now.without_teaching, now.own_words, now.guesses) == (False, True, True, guesses)
    assert now.titles == names.NOT_TAUGHT
    said = tab._taught(page, now)
    assert "This writer uses your own sentences, from mails.csv, and was not taught." in said
    assert (write.GUESSES in said, write.CAN_BE_TAUGHT in said) == (guesses, not guesses)
    assert "minutes" not in said
    assert now.comparable


def test_one_that_writes_freely_has_read_and_finds_its_own_words(tmp_path):
    page = with_writer(with_predictor(Workspace(tmp_path), True), write="free", **{NOT_TAUGHT: "no RL step"})
    now = available_models(page)
    assert now.titles == names.TEACHING_KEPT_NOTHING
    assert "finds its own words and was not taught" in tab._taught(page, now)


@pytest.mark.parametrize("guesses", [True, False])
def test_more_minutes_are_no_advice_where_the_predictor_guesses(tmp_path, guesses):
    page = with_writer(with_predictor(Workspace(tmp_path), guesses))  # the time was over, say
    now = available_models(page)
    assert now.titles == names.TEACHING_KEPT_NOTHING
    assert not now.comparable
    for said in (tab._taught(page, now), many_contexts.needs_a_round(now)):
        assert ("Give it more minutes" in said) is not guesses


@pytest.mark.parametrize("kind", ["finetune", "run"])
def test_what_came_of_it_has_a_verdict_of_its_own_and_no_figures(tmp_path, kind):
    result = UNTAUGHT if kind == "finetune" else {"finetune": UNTAUGHT, "evaluation": None, "reward_model": {}}
    run = made_run(Workspace(tmp_path), "one", [ev.Finished(result=result)], steps=0)
    view = RunWatcher(Workspace(tmp_path)).snapshot(("finetune",))
    assert view.state == DONE
    assert verdicts.WRITES_FREELY_UNTAUGHT.why in result_words(view)
    (run.folder / "sentences.json").write_text("{}")
    said = result_words(view)
    assert verdicts.WRITES_UNTAUGHT.why in said
    assert teach.VERDICT_OF not in said
    assert "per 100" not in said
    assert short_result(result) == verdicts.WRITES_UNTAUGHT.answer


def test_settings_of_a_run_without_teaching_leave_the_minutes_that_were_typed(tmp_path):
    made_run(Workspace(tmp_path), "one", steps=0)
    asked = gr.Textbox(), gr.Dropdown(["auto"]), gr.Textbox()
    view = RunWatcher(Workspace(tmp_path)).snapshot(("finetune",))
    minutes = teach_tab.asked_of(view, asked)[asked[0]]
    assert minutes.interactive is False
    assert "value" not in minutes.constructor_args
    assert clock_of(view).limit is None
    assert status_of(RunWatcher(Workspace(tmp_path)))["words"].startswith(f"{names.WITHOUT_TEACHING} · ")


def test_it_starts_whatever_the_predictor_is_worth_as_long_as_there_is_one(tmp_path, models_folder):
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    typed = FinetuneConfig(model=str(models_folder / "gpt2"), minutes=8)
    untaught = teach_tab.without_teaching(typed)
    assert (untaught.steps, untaught.minutes) == (0, None)
    with pytest.raises(RunError, match="Nothing has been learned yet"):
        teach_tab._check_startable(page, untaught)
    with_predictor(page.workspace, guesses=True)
    with pytest.raises(RunError, match="Make a writer without teaching"):
        teach_tab._check_startable(page, typed)
    teach_tab._check_startable(page, untaught)
    assert estimate(page, None, untaught) == estimate(page, None, FinetuneConfig(steps=0, minutes=8))


@pytest.mark.parametrize(
    ("guesses", "writer", "offered", "pressed_first"),
    [(True, False, True, True), (True, True, True, False), (False, False, True, False), (False, True, False, False)],
)
def test_it_is_offered_where_teaching_is_locked_and_where_there_is_no_writer_yet(
    tmp_path, guesses, writer, offered, pressed_first
):
    space = with_predictor(Workspace(tmp_path), guesses)
    if writer:
        with_writer(space)
    shown = drawn(space)
    assert (shown.visible, shown.interactive, shown.variant == "primary") == (offered, True, pressed_first)


def test_without_a_predictor_or_with_an_outdated_one_it_cannot_be_pressed(tmp_path):
    space = Workspace(tmp_path)
    assert drawn(space).interactive is False
    space.reward_model.mkdir(parents=True)
    write_json(space.reward_model / "metrics.json", {"accuracy": 0.5})
    assert drawn(space).interactive is False


def drawn(space: Workspace, part: str = "untaught") -> Any:
    """The button of the second tab, or another part of it, as it is drawn while nothing is at work."""
    parts = {name: name for name in ("status", "back", "lock", "start", "untaught", "stop")}
    shown = SimpleNamespace(
        page=SimpleNamespace(workspace=space), asked=(gr.Textbox(), gr.Dropdown(), gr.Textbox()), **parts
    )
    return teach_tab.RLTab._render_controls(shown, RunSnapshot(), RunSnapshot(), False)[part]


def test_how_long_it_takes_is_told_before_and_meanwhile_by_the_last_time(tmp_path, monkeypatch):
    space = with_predictor(Workspace(tmp_path), guesses=True)
    page = SimpleNamespace(workspace=space)
    monkeypatch.setattr(teach_tab, "speed_now", lambda: MachineSpeed(100.0, 100.0))
    # 4,000 billion operations at 100 billion a second, and five times as long
    assert teach_tab.untaught_time(page) == teach.UNTAUGHT_FIRST.format(low="40 s", high="3 min 30 s")
    assert "40 s and 3 min 30 s" in drawn(space, "lock")
    made_run(space, "taught", [ev.Finished(result={}, worked=400.0)], steps=9)
    made_run(space, "stopped", [ev.Stopped(message="", resumable=False, worked=400.0)], steps=0)
    made_run(space, "one", [ev.Finished(result=UNTAUGHT, worked=62.0)], steps=0)
    made_run(space, "working", steps=0)
    said = teach_tab._progress(page, RunWatcher(space).snapshot(("finetune",)))
    assert "without teaching should take about 1 min, going by the last time on this computer" in said
    monkeypatch.setattr(teach_tab, "speed_now", lambda: MachineSpeed(10.0, 100.0))
    write_json(space.run("one").folder / SPEED_FILE, {"speeds": [100.0]})
    assert "between 1 min and 10 min, going by the last time on this" in teach_tab.untaught_time(page)
    assert teach_tab._progress(page, RunSnapshot()) == ""
    for guesses in (True, False):
        with_predictor(space, guesses)
        silent = SimpleNamespace(
            name="20261128_100000-finetune",
            config_file=tmp_path / "none",
            last_started_ns=lambda: 0,
            config=dict,
            process=lambda: None,
        )
        said = teach_tab._progress(page, RunSnapshot(run=silent, state=RUNNING))
        assert ("without teaching should take" in said) is guesses, "its process has not said a word yet"


@pytest.mark.parametrize("write_way", ["own-words", "free"])
def test_many_recipients_can_be_written_to_and_nothing_is_called_taught(tmp_path, monkeypatch, write_way):
    page = with_writer(with_predictor(Workspace(tmp_path), True), write=write_way, **{NOT_TAUGHT: "no RL step"})
    started: list[Any] = []
    monkeypatch.setattr(many_contexts.jobs, "start", lambda *given: started.append(given[2]))
    many_contexts.start_comparison(page, None, True, SamplingConfig())
    assert started[0][-1] == "--no-warm-start", "the writer is the warm start itself"
    ui = many_contexts.ManyContextsPanel(*many_contexts.ManyContextsPanel.__dataclass_fields__)
    shown = many_contexts.render_controls(ui, page, RunSnapshot(), busy=False)
    assert shown["start"].interactive is True and write.UNTAUGHT_MANY in shown["lock"]
    emails = [
        ev.EmailWritten(place=0, candidate=1, model=role, context="Ana.", email_text="Hi.", reward=0.5, p_no_reply=0.2,
                        p_reply=0.6, p_conversion=0.2) for role in ("base", "tuned")
    ]  # fmt: skip
    result = {"n": 6, "gain": 0.5, "gain_ci95": [0.1, 0.9], "improved": "unclear", "reward_model_guesses": True}
    events = [*emails, ev.PhaseDone(phase="comparison", result=result), ev.Finished(result=result)]
    run = made_run(page.workspace, "many", events, kind="evaluate")
    write_rows(run.folder / "comparison.csv", ["context"], [["Ana."]])
    run.write_config({**run.config(), "not_taught": write_way})
    view = RunWatcher(page.workspace).snapshot(("evaluate",))
    found = many_contexts.render_result(ui, view, tmp_path, read_json(page.workspace.reward_model / "metrics.json"))
    assert verdicts.UNTAUGHT_WRITTEN.answer in found["result"]
    assert found["table"].value["headers"] == ["recipient", *list(write.TABLE_UNTAUGHT.values())[2:]]
    assert many_contexts.titles_of(view) == (names.NOT_TAUGHT if write_way == "own-words" else names.NOT_TAUGHT_FREE)
    assert "after teaching" not in found["result"].lower()


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        ({"improved": True}, verdicts.UNTAUGHT_BETTER),
        ({"improved": "unclear"}, verdicts.UNTAUGHT_NOT_BETTER),
        ({"improved": False}, verdicts.UNTAUGHT_NOT_BETTER),
        ({"improved": True, "reward_model_guesses": True}, verdicts.UNTAUGHT_WRITTEN),
    ],
)
def test_what_is_said_of_many_by_a_writer_that_was_not_taught(comparison, verdict):
    assert of_untaught_comparison(comparison) == verdict
    assert of_untaught_comparison({"improved": True, "worse": ["claims"]}).tone == verdicts.RED


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def space(tmp_path: Path, made_models: Path) -> Workspace:
    """With a predictor that guesses, the seller's emails beside it, and no writer."""
    space = Workspace(copied(made_models, tmp_path))
    write_json(space.reward_model / "metrics.json", {**read_figures(space.reward_model), "beats_guessing": False})
    write_checksums(space.reward_model)
    shutil.rmtree(space.policy)
    seller_emails().write(tmp_path / "seller.csv")
    return space


@pytest.mark.browser
def test_where_teaching_is_locked_a_click_gives_a_writer_and_it_writes(chromium, space, address, models_folder):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="3 Write & compare").click()
    says(page, "#compare-lock", write.UNTAUGHT_GUESSES)
    page.get_by_role("tab", name="1 Your emails").click()
    page.locator("#data-upload input[type=file]").set_input_files(str(space.root / "seller.csv"))
    says(page, "#data-status", "96")
    says(page, "#reward-next", learn.NEXT_UNTAUGHT)

    page.get_by_role("tab", name="2 Teach").click()
    says(page, "#rl-lock", "You can write all the same")
    expect(page.locator("#rl-start")).to_be_disabled()
    expect(page.locator("#rl-estimate"), "there is nothing to time").to_be_hidden()
    says(page, "#rl-missing", teach.FIRST_UNTAUGHT)
    page.locator("#rl-advanced button").first.click()
    model = page.locator("#rl-model input").first
    model.fill(str(models_folder / "gpt2"))
    model.press("Tab")
    page.locator("#rl-untaught:not([disabled])").click()
    says(page, "#rl-result", verdicts.WRITES_UNTAUGHT.answer, SLOW)
    expect(page.locator("#rl-minutes input, #rl-minutes textarea").first).to_have_value("8")
    (run,) = space.runs()
    assert not any(isinstance(event, ev.RLStep) for event in RunWatcher(space).snapshot_of(run.name).events)

    page.locator("#rl-next").click()
    says(page, "#compare-taught", re.compile("uses your own sentences, from seller.csv, and was not taught"))
    expect(page.locator("#compare-lock")).to_be_empty()
    expect(page.locator("#compare-context textarea")).to_have_value(seller_emails().contexts[0])
    page.locator("#compare-write:not([disabled])").click()
    says(page, "#compare-tuned", "No prediction", SLOW)
    says(page, "#compare-tuned", names.NOT_TAUGHT["tuned"])
    says(page, "#compare-base", names.NOT_TAUGHT["base"])
    says(page, "#compare-tuned-email", "Kind regards,")
    page.get_by_role("tab", name="Blind test").click()
    says(page, "#blind-lock", write.NO_BEFORE)
    page.get_by_role("tab", name="Compare many").click()
    says(page, "#many-lock", write.UNTAUGHT_MANY)
    people = space.root / "people.txt"
    people.write_text("\n".join(seller_emails().contexts[:5]), encoding="utf-8")
    page.locator("#many-upload input[type=file]").set_input_files(str(people))
    says(page, "#many-chosen", "5 recipients")
    page.locator("#many-start:not([disabled])").click()
    says(page, "#many-result", verdicts.UNTAUGHT_WRITTEN.answer, SLOW)
    says(page, "#many-table", write.TABLE_UNTAUGHT["tuned_email"])
    expect(page.locator("#many-download")).to_be_visible()
    page.close()
    assert errors == []


@pytest.mark.slow
def test_scripts_start_it_with_no_step(space, address, models_folder):
    client = Client(address, verbose=False)
    data = client.predict(handle_file(str(space.root / "seller.csv")), api_name="/upload_data")
    settings = {"data": data, "model": str(models_folder / "gpt2"), "api_name": "/start_finetune"}
    with pytest.raises(AppError, match="Make a writer without teaching"):
        client.predict(**settings, steps=1)
    name = client.predict(**settings, steps=0)
    run = space.run(name)
    while process := run.process():
        process.wait()
    assert run.state() == DONE
    found = client.predict("Ana Lang (owner), hotel, 20 staff; time clock", api_name="/write_emails")
    tuned = next(email for email in found if email["role"] == "tuned")
    assert "time clock" in tuned["email_text"]
