"""Tab 2: tune the model that writes emails, and watch the reward while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...config import FinetuneConfig
from ...errors import RunError
from ...flags import flag, flags
from ...reward.metadata import figures_if_any, is_outdated, is_trusted
from ...runs.workspace import KINDS as ALL_KINDS
from ..common import html
from ..common.config_inputs import Input, create_inputs, create_message
from ..common.datasets import Dataset, display_path
from ..common.failures import attempt
from ..common.launcher import STARTER, Launcher, create_command, resume_run
from ..common.page_context import Page, Updates, folder_version, progress_html
from ..common.run_watcher import RunSnapshot
from ..reward.figures import OUTDATED
from .plan_panel import AS_LISTED, PAYOFFS, WORTH, create_plan_panel, own_payoffs, priced_outcomes, require_usable
from .plan_panel import wire as wire_plan
from .run_list import RunList
from .run_view import RunView, create_run_view, last_evaluation, wire_slider
from .runs_panel import RunsPanel, compared_run, create_runs_panel, require_selected, selected_or_latest
from .runs_panel import wire as wire_runs

KINDS = ("finetune", "run")
SHOWN_MINUTES = 8
AT_WORK = {
    "train-reward": "The reward model is being trained; RL can start when that is done.",
    "evaluate": "Emails are being compared in the third tab; RL can start when that is done.",
}
LOCKED = "RL needs a reward model to learn from. Train one in the first tab; this tab opens by itself."
UNTRUSTED = (
    "Locked: the reward model is not clearly better than guessing, and tuning would only learn its whims. Add or clean "
    "rows and train it again in the first tab, or tick “Ignore verdict” under Advanced to tune all the same."
)
IGNORED = (
    "The verdict is ignored: the reward model is not clearly better than guessing, so do not take a higher reward for "
    "better emails. The results will say so."
)


def create_rl_tab(page: Page) -> RunList:
    """Draw the tab and wire it; gives the list of runs that it shows."""
    with gr.Tab("RL fine-tuning", id="rl") as tab:
        gr.Markdown("A language model writes emails, the reward model scores them, the better ones become likelier.")
        lock = gr.HTML(elem_id="rl-lock")
        inputs = create_inputs(
            FinetuneConfig, "rl", ("minutes", "model", "algorithm"), initial={"minutes": SHOWN_MINUTES},
            suggestions={"model": AS_LISTED}, group=(WORTH, PAYOFFS),
        )  # fmt: skip
        message = create_message("rl-message")
        plan = create_plan_panel()
        with gr.Row():
            start = gr.Button("Start", variant="primary", interactive=False, elem_id="rl-start")
            stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="rl-stop")
            resume = gr.Button("Resume", interactive=False, elem_id="rl-resume")
        status = gr.HTML(elem_id="rl-progress")
        panel, run_view = create_runs_panel(), create_run_view()
        command = create_command("rl-command")
        seen = gr.State({})
    launcher = Launcher("finetune", KINDS, inputs, finetune_arguments, start, stop, message, command)
    launcher.wire(page, "start_finetune", "stop_finetune", [tab.select], lambda config: _check_startable(page, config))
    wire_plan(page, plan, inputs, tab)
    payoffs = [inputs.components[inputs.names.index(name)] for name in PAYOFFS]
    shown = RLTab(page, lock, start, stop, resume, status, payoffs, panel, run_view, RunList(page.workspace), seen)
    shown.wire(inputs.components[inputs.names.index("ignore_verdict")], message)
    return shown.runs


@dataclass(frozen=True)
class RLTab:
    """The parts of the tab that change while a run goes on; ``seen`` holds what they were last drawn from."""

    page: Page
    lock: gr.HTML
    start: gr.Button
    stop: gr.Button
    resume: gr.Button
    status: gr.HTML
    payoffs: list[Input]
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
        controls = [self.status, self.lock, self.start, self.stop, self.resume, *self.payoffs]
        outputs = [*controls, *self.panel.parts, *self.run_view.parts]
        watched = [ignore_verdict, selected, self.panel.other]
        page.on_refresh(self.refresh, self.seen, outputs, watched, [self.run_view.slider])
        wire_slider(self.run_view, lambda name: selected_or_latest(page, name, KINDS), [selected])
        wire_runs(page, self.panel, lambda name: require_selected(page, name, KINDS))

    def refresh(self, before: dict[str, Any], ignored: bool, selected: str, other: str, at: float) -> Updates:
        """Everything the tab shows; only what changed since ``before`` is sent. ``at``: the slider's place."""
        page = self.page
        busy, view = page.watcher.snapshot(ALL_KINDS), selected_or_latest(page, selected, KINDS)
        latest = busy if busy.running and busy.kind in KINDS else page.watcher.snapshot(KINDS)
        compared = compared_run(page, other if other != view.name else None)
        reward_model = folder_version(page.workspace.reward_model)
        now: dict[str, Any] = {
            "controls": (latest.fingerprint, busy.name, busy.running, reward_model, ignored),
            "open": (view.fingerprint, compared.fingerprint, busy.running),
            "list": self.runs.rows(),
            "reward": reward_model,
        }
        changed = {part for part, value in now.items() if value != before.get(part)}
        updates: Updates = {self.status: progress_html(latest)} if latest.running else {}
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
            updates |= self.run_view.render(view, view.name != latest.name, compared, at, last)
            updates[self.resume] = gr.Button(interactive=view.resumable() and not busy.running)
        if not updates:
            return {self.seen: gr.skip()}  # gradio wants at least one value
        return updates | {self.seen: {**now, "name": view.name, "last": last_evaluation(view)}}

    def _render_controls(self, busy: RunSnapshot, latest: RunSnapshot, ignored: bool) -> Updates:
        """What can be started or stopped; ``busy``: the run at work, ``latest``: the one whose progress is shown."""
        why, locked = lock_reason(figures_if_any(self.page.workspace.reward_model), ignored)
        if busy.running and latest is not busy:
            why, locked = AT_WORK[busy.kind], True
        return {
            self.status: progress_html(latest),
            self.lock: html.sentence(why, html.CAUTION),
            self.start: gr.Button(interactive=not locked and not busy.running),
            self.stop: gr.Button(interactive=latest.running and not latest.stopping),
        }


def finetune_arguments(page: Page, dataset: Dataset, config: FinetuneConfig) -> list[str]:
    """The arguments of ``finetune`` for these data and settings."""
    workspace = page.workspace
    reward_model = flag("reward_model", display_path(workspace.reward_model))
    out = flag("out", display_path(workspace.policy))
    return [*dataset.arguments(), *reward_model, *out, *flags(config)]


def lock_reason(metrics: dict[str, Any] | None, ignored: bool) -> tuple[str, bool]:
    """What to say about starting, and whether it is locked."""
    if not metrics:
        return LOCKED, True
    if is_outdated(metrics):
        return OUTDATED, True
    if is_trusted(metrics):
        return "", False
    return (IGNORED, False) if ignored else (UNTRUSTED, True)


def _check_startable(page: Page, config: FinetuneConfig) -> None:
    why, locked = lock_reason(figures_if_any(page.workspace.reward_model), config.ignore_verdict)
    if locked:
        raise RunError(why)
    require_usable(page, config)
