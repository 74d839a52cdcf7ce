"""Tab 2: tune the model that writes emails, and watch the reward while it goes on."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ...config import FinetuneConfig
from ...errors import RunError
from ...flags import flags
from ...reward.metadata import figures_if_any, is_outdated, is_trusted
from ...runs.workspace import KINDS as ALL_KINDS
from ..common import html
from ..common.config_inputs import create_inputs, create_message
from ..common.datasets import Dataset, display_path
from ..common.failures import attempt
from ..common.launcher import STARTER, Launcher, create_command, resume_run
from ..common.page_context import Page, Updates, folder_version, progress_html
from ..common.run_watcher import RunSnapshot
from ..reward.figures import OUTDATED
from .plan_panel import AS_LISTED, PAYOFFS, WORTH, create_plan_panel, own_payoffs, require_usable
from .plan_panel import wire as wire_plan
from .run_list import RunList
from .run_view import create_run_view, last_evaluation, wire_slider
from .runs_panel import compared_run, create_runs_panel, require_selected, selected_or_latest
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
        gr.Markdown("A language model writes emails, the reward model judges them, the better ones become likelier.")
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
        panel = create_runs_panel()
        run_view = create_run_view()
        command = create_command("rl-command")
        seen = gr.State({})
    launcher = Launcher("finetune", KINDS, inputs, finetune_arguments, start, stop, message, command)
    launcher.wire(page, "start_finetune", "stop_finetune", [tab.select], lambda config: _check_startable(page, config))
    wire_plan(page, plan, inputs, tab)
    ignore = inputs.components[inputs.names.index("ignore_verdict")]
    worths = [inputs.components[inputs.names.index(name)] for name in PAYOFFS]
    runs = RunList(page.workspace)

    def look_up(selected: str | None) -> RunSnapshot:
        return selected_or_latest(page, selected, KINDS)

    def refresh(before: dict[str, Any], ignored: bool, selected: str, other: str, at: float) -> Updates:
        """Everything the tab shows; only what changed is sent."""
        busy, view = page.watcher.snapshot(ALL_KINDS), look_up(selected)
        latest = busy if busy.running and busy.kind in KINDS else page.watcher.snapshot(KINDS)
        compared = compared_run(page, other if other != view.fingerprint[0] else None)
        now: dict[str, Any] = {
            "controls": (
                latest.fingerprint,
                busy.fingerprint[0],
                busy.running,
                folder_version(page.workspace.reward_model),
                ignored,
            ),
            "open": (view.fingerprint, compared.fingerprint, busy.running),
            "list": runs.rows(),
            "reward": folder_version(page.workspace.reward_model),
        }
        updates: Updates = {status: progress_html(latest)} if latest.running else {}
        if now["controls"] != before.get("controls"):
            why, locked = lock_reason(figures_if_any(page.workspace.reward_model), ignored)
            if busy.running and latest is not busy:
                why, locked = AT_WORK[busy.kind], True
            updates |= {
                status: progress_html(latest),
                lock: html.sentence(why, html.CAUTION),
                start: gr.Button(interactive=not locked and not busy.running),
                stop: gr.Button(interactive=latest.running and not latest.stopping),
            }
        if now["reward"] != before.get("reward"):
            own = own_payoffs(page.workspace.reward_model)
            updates |= {box: gr.Textbox(placeholder=worth) for box, worth in zip(worths, own, strict=True)}
        if now["list"] != before.get("list"):
            updates |= panel.render_list(now["list"], selected, other)
        if now["open"] != before.get("open"):
            same = view.fingerprint[0] == before.get("name")
            updates |= panel.render_controls(view, same)
            updates |= run_view.render(
                view, view.fingerprint[0] != latest.fingerprint[0], compared, at, before["last"] if same else 0
            )
            updates[resume] = gr.Button(interactive=view.resumable() and not busy.running)
        if not updates:
            return {seen: gr.skip()}  # gradio wants at least one value
        return updates | {seen: {**now, "name": view.fingerprint[0], "last": last_evaluation(view)}}

    resume.click(
        lambda selected: attempt(lambda: resume_run(page, require_selected(page, selected, KINDS))),
        panel.selected, message, **STARTER,
    )  # fmt: skip
    inputs_shown = [ignore, panel.selected, panel.other]
    outputs = [status, lock, start, stop, resume, *worths, *panel.parts, *run_view.parts]
    page.on_refresh(refresh, seen, outputs, inputs_shown, [run_view.slider])
    wire_slider(run_view, look_up, [panel.selected])
    wire_runs(page, panel, lambda selected: require_selected(page, selected, KINDS))
    return runs


def finetune_arguments(page: Page, dataset: Dataset, config: FinetuneConfig) -> list[str]:
    workspace = page.workspace
    folders = ["--reward-model", display_path(workspace.reward_model), "--out", display_path(workspace.policy)]
    return [*dataset.arguments(), *folders, *flags(config)]


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
