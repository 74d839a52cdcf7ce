"""Tab 2: tune the model that writes emails, and watch the reward while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from ...config import FinetuneConfig
from ...errors import RunError
from ...flags import flag, flags
from ...models.own_models import own_models
from ...pipelines.time_estimates import last_without_rl, without_rl_first
from ...reward.metadata import figures_if_any, is_outdated, is_trusted
from ...runs.run import DONE, Run
from ...runs.run import KINDS as ALL_KINDS
from ...utils.files import folder_version
from ..common import html, verdicts
from ..common.clock import clock_of
from ..common.config_inputs import Input, create_inputs, create_message
from ..common.datasets import Dataset, display_path
from ..common.failures import attempt
from ..common.launcher import STARTER, Launcher, create_command, resume_run
from ..common.machine import MUCH_LONGER, slowed, speed_now
from ..common.own_sentences import BankCache, approved_file
from ..common.page_context import Page, Updates, progress_html
from ..common.run_watcher import RunSnapshot, is_without_rl
from ..common.run_words import roughly
from ..words import glossary
from ..words import teach as words
from ..words.names import TEACH
from ..words.settings import TEACHING
from .fetch_panel import create_fetch_panel
from .plan_panel import AS_LISTED, PAYOFFS, create_plan_panel, own_payoffs, priced_outcomes, require_usable
from .plan_panel import wire as wire_plan
from .run_list import RunList
from .run_view import RunView, create_run_view, draw_next_bar, last_evaluation, wire_slider
from .runs_panel import RunsPanel, compared_run, create_runs_panel, require_selected, selected_or_latest
from .runs_panel import wire as wire_runs
from .sentences_panel import create_sentences_panel
from .sentences_panel import wire as wire_sentences

KINDS = ("finetune", "run")
SHOWN_MINUTES = 8
LONGEST_FACTS = 50_000


def create_rl_tab(page: Page) -> RunList:
    """Draw the tab and wire it; gives the list of runs that it shows."""
    with gr.Tab(TEACH, id="rl") as tab:
        gr.Markdown(words.INTRO)
        if page.card is not None:
            gr.HTML(html.aside(words.WITHOUT_CARD), elem_id="rl-without-card")
        lock = gr.HTML(elem_id="rl-lock")
        back = gr.Button(words.BACK, visible=False, elem_id="rl-back")
        page.go_to(back, "data")
        inputs = create_inputs(
            FinetuneConfig, "rl", TEACHING, initial={"minutes": SHOWN_MINUTES}, suggestions={"model": AS_LISTED},
            first=("minutes", "model", "algorithm"), own_models=lambda: own_models(page.workspace.own_models),
        )  # fmt: skip
        facts = gr.Textbox(
            label=words.FACTS, info=words.FACTS_INFO, lines=3, max_lines=20, max_length=LONGEST_FACTS,
            elem_id="rl-facts", interactive=True,
        )  # fmt: skip
        sentences = create_sentences_panel(page)
        message = create_message("rl-message")
        plan = create_plan_panel(inputs.fold)
        if page.login:
            create_fetch_panel(page, inputs.fold, inputs.of("model"))
        with gr.Row():
            start = gr.Button(words.START, variant="primary", interactive=False, elem_id="rl-start", scale=3)
            untaught = gr.Button(words.UNTAUGHT, interactive=False, elem_id="rl-untaught", scale=2)
            stop = gr.Button(words.STOP, variant="stop", interactive=False, elem_id="rl-stop", scale=1)
            resume = gr.Button(words.RESUME, interactive=False, elem_id="rl-resume", scale=1)
        status = gr.HTML(elem_id="rl-progress")
        run_view = create_run_view()
        inputs.fold.render()
        panel = create_runs_panel()
        with inputs.fold:
            command = create_command("rl-command")
        gr.HTML(html.glossary(glossary.TITLE, glossary.GLOSSARY))
        draw_next_bar(page, run_view)
        seen = gr.State({})
    more = lambda page, dataset, facts: sentences_arguments(page, dataset, facts, sentences.banks)  # noqa: E731
    launcher = Launcher("finetune", KINDS, inputs, finetune_arguments, start, stop, message, command, facts, more)
    launcher.wire(page, "start_finetune", "stop_finetune", [tab.select], lambda config: _check_startable(page, config))
    launcher.wire_other(page, untaught, without_teaching, lambda config: _check_startable(page, config))
    wire_plan(page, plan, inputs, tab)
    wire_sentences(sentences, facts, inputs.of("write"), tab)
    payoffs = [inputs.of(name) for name in PAYOFFS]
    asked = (inputs.of("minutes"), inputs.of("write"), facts)
    shown = RLTab(
        page, lock, back, start, untaught, stop, resume, status, payoffs, asked, panel, run_view,
        RunList(page.workspace), seen,
    )  # fmt: skip
    shown.wire(inputs.of("ignore_verdict"), message)
    return shown.runs


@dataclass(frozen=True)
class RLTab:
    """The parts of the tab that change while a run goes on; ``seen`` holds what they were last drawn from.

    ``asked``: the minutes, the way of writing and the facts, which show those of a run at work and are locked then.
    """

    page: Page
    lock: gr.HTML
    back: gr.Button
    start: gr.Button
    untaught: gr.Button
    stop: gr.Button
    resume: gr.Button
    status: gr.HTML
    payoffs: list[Input]
    asked: tuple[Input, Input, gr.Textbox]
    panel: RunsPanel
    run_view: RunView
    runs: RunList
    seen: gr.State

    def wire(self, ignore_verdict: Input, message: gr.HTML) -> None:
        """Draw the parts whenever there may be something new, and connect what acts on the selected run."""
        page, selected = self.page, self.panel.selected
        self.resume.click(
            lambda name: attempt(lambda: resume_run(page, require_selected(page, name, KINDS))),
            selected, message, **STARTER,
        )  # fmt: skip
        buttons = [self.back, self.start, self.untaught, self.stop, self.resume]
        controls = [self.status, self.lock, *buttons, *self.payoffs, *self.asked]
        outputs = [*controls, *self.panel.parts, *self.run_view.parts]
        watched = [ignore_verdict, selected, self.panel.other]
        page.on_refresh(self.refresh, self.seen, outputs, watched, [self.run_view.slider])
        metrics = lambda: figures_if_any(page.workspace.reward_model)  # noqa: E731
        wire_slider(self.run_view, lambda name: selected_or_latest(page, name, KINDS), [selected], metrics)
        wire_runs(page, self.panel, lambda name: require_selected(page, name, KINDS))

    def refresh(self, *given: Any) -> Iterator[Updates]:
        """What has changed in all that the tab shows."""
        with TemporaryDirectory() as folder:  # gradio takes its own copy of what lies in it
            yield self._changes(Path(folder), *given)

    def _changes(
        self, folder: Path, before: dict[str, Any], ignored: bool, selected: str, other: str, at: float
    ) -> Updates:
        """Everything the tab shows; only what changed since ``before`` is sent. ``at``: the slider's place."""
        page = self.page
        busy, view = page.watcher.snapshot(ALL_KINDS), selected_or_latest(page, selected, KINDS)
        latest = busy if busy.running and busy.kind in KINDS else page.watcher.snapshot(KINDS)
        compared = compared_run(page, other if other != view.name else None)
        reward_model, writer = folder_version(page.workspace.reward_model), bool(folder_version(page.workspace.policy))
        now: dict[str, Any] = {
            "controls": (latest.fingerprint, busy.name, busy.running, reward_model, writer, ignored),
            "open": (view.fingerprint, compared.fingerprint, busy.running, reward_model),
            "list": self.runs.rows(),
            "reward": reward_model,
        }
        changed = {part for part, value in now.items() if value != before.get(part)}
        updates: Updates = {self.status: _progress(self.page, latest)} if latest.running else {}
        if "controls" in changed:
            updates |= self._render_controls(busy, latest, ignored)
        if "reward" in changed:
            own, known = own_payoffs(page.workspace.reward_model), priced_outcomes(page.workspace.reward_model)
            for outcome, (box, payoff) in enumerate(zip(self.payoffs, own, strict=True)):
                updates[box] = gr.Textbox(placeholder=payoff, visible=outcome in known)
        if "list" in changed:
            updates |= self.panel.render_list(now["list"], selected, other)
        if "open" in changed:
            same = view.name == before.get("name")
            last = before["last"] if same else 0
            updates |= self.panel.render_controls(view, same)
            metrics = figures_if_any(page.workspace.reward_model)
            updates |= self.run_view.render(view, view.name != latest.name, compared, at, last, folder, metrics)
            updates[self.resume] = gr.Button(interactive=view.resumable() and not busy.running)
        if not updates:
            return {self.seen: gr.skip()}  # gradio wants at least one value
        return updates | {self.seen: {**now, "name": view.name, "last": last_evaluation(view)}}

    def _render_controls(self, busy: RunSnapshot, latest: RunSnapshot, ignored: bool) -> Updates:
        """What can be started or stopped; ``busy``: the run at work, ``latest``: the one whose progress is shown."""
        metrics = figures_if_any(self.page.workspace.reward_model)
        why, locked = lock_reason(metrics, ignored)
        missing, guesses = locked, bool(verdicts.distrust(metrics))
        writer = bool(folder_version(self.page.workspace.policy))
        if busy.running and latest is not busy:
            why, locked = words.WAITS if busy.waiting else words.AT_WORK[busy.kind], True
        if latest.running:
            why = "" if latest.waiting else words.THOSE_OF_THE_RUN
        elif why == words.UNTRUSTED:
            why = f"{why} {untaught_time(self.page)}"
        return {
            **asked_of(latest, self.asked),
            self.status: _progress(self.page, latest),
            self.back: gr.Button(visible=missing),
            self.lock: html.aside(why) if latest.running else html.sentence(why, html.CAUTION),
            self.start: gr.Button(interactive=not locked and not busy.running),
            self.untaught: gr.Button(
                visible=guesses or not writer,
                interactive=not lock_reason(metrics, ignored=True)[1] and not busy.running,
                variant="primary" if missing and guesses and not writer else "secondary",
            ),
            self.stop: gr.Button(interactive=latest.running and not latest.stopping),
        }


def untaught_time(page: Page) -> str:
    """How long a writer without teaching takes, in a sentence, by the last time where there is one."""
    speed = speed_now()
    last = last_without_rl(page.workspace, speed)
    if last is None:
        low, high = map(roughly, without_rl_first(speed))
        return words.UNTAUGHT_FIRST.format(low=low, high=high)
    alone, now = last
    if now < MUCH_LONGER * alone:
        return words.UNTAUGHT_AS_LAST.format(time=roughly(now))
    return words.UNTAUGHT_AS_LAST_BUSY.format(low=roughly(alone), high=roughly(now))


def _progress(page: Page, latest: RunSnapshot) -> str:
    """How far the run is, and how long it takes in all where nobody knows how long is left; what is done is told by
    its result.
    """
    if latest.run is None or latest.state == DONE:
        return ""
    untold = latest.running and clock_of(latest).left is None and _teaches_nothing(page, latest.run)
    return progress_html(latest) + slowed(latest) + html.aside(untaught_time(page) if untold else "")


def _teaches_nothing(page: Page, run: Run) -> bool:
    """Whether a run makes a writer without teaching. Until its process has written that down, it is what can be
    started where the predictor only guesses.
    """
    if run.config_file.is_file():
        return is_without_rl(run)
    return bool(verdicts.distrust(figures_if_any(page.workspace.reward_model)))


def asked_of(view: RunSnapshot, asked: tuple[Input, Input, gr.Textbox]) -> Updates:
    """What a run at work was asked for, locked; unlocked where none is at work, with what they hold."""
    minutes, write, facts = asked
    kept: dict[str, Any] = {}
    if view.running and view.run is not None:
        with suppress(RunError, KeyError, TypeError, OSError):
            config, said = view.run.config()["finetune"], view.run.facts_file
            allowed = said.read_text(encoding="utf-8").strip() if said.is_file() else ""
            kept = {"minutes": config["minutes"], "write": config["write"], "facts": allowed}
    if not kept:
        return {
            minutes: gr.Textbox(interactive=True),
            write: gr.Dropdown(interactive=True),
            facts: gr.Textbox(interactive=True),
        }
    given: str | None = "" if kept["minutes"] is None else f"{kept['minutes']:g}"
    if view.run is not None and is_without_rl(view.run):
        given = None  # it was given none, and leaves those that stand there
    return {
        minutes: gr.Textbox(interactive=False) if given is None else gr.Textbox(given, interactive=False),
        write: gr.Dropdown(value=kept["write"], interactive=False),
        facts: gr.Textbox(kept["facts"], interactive=False),
    }


def finetune_arguments(page: Page, dataset: Dataset, config: FinetuneConfig) -> list[str]:
    """The arguments of ``finetune`` for these data and settings."""
    workspace = page.workspace
    if fetched := own_models(workspace.own_models).get(config.model):
        config = replace(config, model=str(fetched.resolve()))  # the job has no login, and needs none
    reward_model = flag("reward_model", display_path(workspace.reward_model))
    out = flag("out", display_path(workspace.policy))
    return [*dataset.arguments(), *reward_model, *out, *flags(config)]


def sentences_arguments(page: Page, dataset: Dataset, facts: str, banks: BankCache) -> list[str]:
    """The list of sentences that ``finetune`` is to keep to, where some are struck out."""
    file = approved_file(page.workspace, dataset, facts, banks)
    return flag("sentences", display_path(file)) if file else []


def lock_reason(metrics: dict[str, Any] | None, ignored: bool) -> tuple[str, bool]:
    """What to say about starting, and whether it is locked."""
    if not metrics:
        return words.LOCKED, True
    if is_outdated(metrics):
        return words.OUTDATED, True
    if is_trusted(metrics):
        return "", False
    return (words.IGNORED, False) if ignored else (words.UNTRUSTED, True)


def without_teaching(config: FinetuneConfig) -> FinetuneConfig:
    """The same settings for a writer that is not taught, for which there is nothing to time."""
    return replace(config, steps=0, minutes=None)


def _check_startable(page: Page, config: FinetuneConfig) -> None:
    metrics = figures_if_any(page.workspace.reward_model)
    why, locked = lock_reason(metrics, config.ignore_verdict or config.without_rl)
    if locked:
        raise RunError(why)
    require_usable(page, config)
