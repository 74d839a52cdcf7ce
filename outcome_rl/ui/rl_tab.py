"""Tab 2: tune the model that writes emails, and watch the reward while it goes on."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from .. import jobs
from ..config import FinetuneConfig
from ..errors import RunError
from . import markup
from .datasets import Dataset, shown_path
from .fields import create_inputs, flags
from .launcher import STARTER, Launcher, create_command
from .reward_figures import OLD, is_old
from .run_view import create_run_view, last_place, wire_slider
from .shared import VIEWER, Page, attempt, changed_at, progress, read_metrics
from .watch import View

KINDS = ("finetune", "run")
SHOWN_MINUTES = 8
LOCKED = "RL needs a reward model to learn from. Train one in the first tab; this tab opens by itself."
UNTRUSTED = (
    "Locked: the reward model is not clearly better than guessing, and tuning would only learn its whims. Add or clean "
    "rows and train it again in the first tab, or tick “Ignore verdict” under Advanced to tune all the same."
)
IGNORED = (
    "The verdict is ignored: the reward model is not clearly better than guessing, so do not take a higher reward for "
    "better emails. The results will say so."
)


def create_rl_tab(page: Page) -> None:
    """Draw the tab and wire it."""
    with gr.Tab("RL fine-tuning", id="rl"):
        gr.Markdown("A language model writes emails, the reward model judges them, the better ones become likelier.")
        lock = gr.HTML(elem_id="rl-lock")
        first = ("minutes", "algorithm", "model")
        inputs = create_inputs(FinetuneConfig, "rl", first, shown={"minutes": SHOWN_MINUTES})
        with gr.Row():
            start = gr.Button("Start", variant="primary", interactive=False, elem_id="rl-start")
            stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="rl-stop")
            resume = gr.Button("Resume", interactive=False, elem_id="rl-resume")
        message = gr.HTML(elem_id="rl-message")
        status = gr.HTML(elem_id="rl-progress")
        shown = create_run_view()
        command = create_command("rl-command")
        seen = gr.State({})
    launcher = Launcher("finetune", KINDS, inputs, finetune_arguments, start, stop, message, command)
    launcher.wire(page, "start_finetune", "stop_finetune", lambda config: _check_unlocked(page, config))
    resume.click(lambda: _resume(page), None, message, api_name="resume_finetune", **STARTER)
    ignore = inputs.components[inputs.names.index("ignore_verdict")]

    def refresh(before: dict[str, Any], ignored: bool, at: float) -> dict[Component, Any]:
        """Everything the tab shows; only what changed is sent."""
        view = page.watcher.view(KINDS)
        found: dict[Any, Any] = {status: progress(view)} if view.running else {}
        controls = (view.mark, changed_at(page.workspace.reward_model), ignored)
        if controls != before.get("controls"):
            why, locked = lock_of(read_metrics(page.workspace.reward_model), ignored)
            found |= {
                status: progress(view),
                lock: markup.sentence(why, markup.CAUTION),
                start: gr.Button(interactive=not locked and not view.running),
                stop: gr.Button(interactive=view.running and not view.stopping),
                resume: gr.Button(interactive=view.resumable()),
            }
        if view.mark != before.get("shown"):
            same = view.mark[0] == (before.get("shown") or ("",))[0]
            found |= shown.updates(view, View(), at, before.get("last", 0) if same else 0)
        if not found:
            return {seen: gr.skip()}  # gradio wants at least one value
        return found | {seen: {"controls": controls, "shown": view.mark, "last": last_place(view)}}

    outputs = [seen, status, lock, start, stop, resume, *shown.parts]
    for event in (page.demo.load, page.timer.tick, ignore.change):
        event(refresh, [seen, ignore, shown.slider], outputs, **VIEWER)
    wire_slider(shown, lambda: page.watcher.view(KINDS), [])


def finetune_arguments(page: Page, dataset: Dataset, config: FinetuneConfig) -> list[str]:
    workspace = page.workspace
    folders = ["--reward-model", shown_path(workspace.reward_model), "--out", shown_path(workspace.policy)]
    return [*dataset.arguments(), *folders, *flags(config)]


def lock_of(metrics: dict[str, Any] | None, ignored: bool) -> tuple[str, bool]:
    """What to say about starting, and whether it is locked."""
    if not metrics:
        return LOCKED, True
    if is_old(metrics):
        return OLD, True
    if metrics["beats_guessing"] is True:
        return "", False
    return (IGNORED, False) if ignored else (UNTRUSTED, True)


def _check_unlocked(page: Page, config: FinetuneConfig) -> None:
    why, locked = lock_of(read_metrics(page.workspace.reward_model), config.ignore_verdict)
    if locked:
        raise RunError(why)


def _resume(page: Page) -> str:
    """Go on with the latest run; the sentence to show."""
    view = page.watcher.view(KINDS)
    if not view.resumable():
        return markup.sentence("There is no stopped run to go on with.", markup.CAUTION)
    return attempt(lambda: jobs.resume(page.workspace, view.run))
