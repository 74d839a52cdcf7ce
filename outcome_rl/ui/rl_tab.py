"""Tab 2: tune the model that writes emails, and watch the reward while it goes on."""

from __future__ import annotations

from typing import Any

import gradio as gr

from .. import events as ev
from .. import jobs
from ..config import FinetuneConfig
from ..errors import RunError
from . import markup
from .datasets import Dataset, shown_path
from .fields import create_inputs, flags
from .launcher import STARTER, Launcher, create_command
from .live_chart import create_live_chart, drawn
from .reward_figures import OLD, against, is_old
from .rl_charts import HEIGHTS, Curve, curve_of, kl_chart, length_chart, outcome_shares, reward_chart, variety_chart
from .shared import Page, attempt, changed_at, interval, number, progress, read_metrics
from .watch import View

KINDS = ("finetune", "run")
SHOWN_MINUTES = 8
MODELS = (("base", "Base model"), ("warm_start", "After the warm start"), ("tuned", "After RL"))
LOCKED = "RL needs a reward model to learn from. Train one in the first tab; this tab opens by itself."
UNTRUSTED = (
    "Locked: the reward model is not clearly better than guessing, and tuning would only learn its whims. Add or clean "
    "rows and train it again in the first tab, or tick “Ignore verdict” under Advanced to tune all the same."
)
IGNORED = (
    "The verdict is ignored: the reward model is not clearly better than guessing, so do not take a higher reward for "
    "better emails. The results will say so."
)
VERDICT_IGNORED = (
    "The reward model was not clearly better than guessing; that was ignored, so its rewards prove nothing."
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
        notices = gr.HTML(elem_id="rl-notices")
        result = gr.HTML(elem_id="rl-result")
        charts = _charts()
        samples = gr.HTML(elem_id="rl-samples")
        command = create_command("rl-command")
        seen = gr.State()
    launcher = Launcher("finetune", KINDS, inputs, finetune_arguments, start, stop, message, command)
    launcher.wire(page, "start_finetune", "stop_finetune", lambda config: _check_unlocked(page, config))
    resume.click(lambda: _resume(page), None, message, api_name="resume_finetune", **STARTER)
    parts = [lock, start, stop, resume, notices, result, *charts, samples]
    ignore = inputs.components[inputs.names.index("ignore_verdict")]
    page.keep_fresh(lambda before, ignored: refresh(page, before, ignored), seen, [status, *parts], [ignore])


def _charts() -> list[Any]:
    """The charts, first the column that holds them; it is hidden until there is something to draw."""
    with gr.Column(visible=False) as holder:
        reward = create_live_chart("rl-chart", HEIGHTS["reward"])
        with gr.Row():
            names = ("rl-kl", "rl-length", "rl-outcomes", "rl-variety")
            small = [create_live_chart(name, HEIGHTS["small"], min_width=400) for name in names]
    return [holder, reward, *small]


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


def refresh(page: Page, before: Any, ignored: bool) -> list[Any]:
    """Everything the tab shows of the latest run; only what changed is sent."""
    view = page.watcher.view(KINDS)
    mark = (view.mark, changed_at(page.workspace.reward_model), ignored)
    if mark == before:
        return [gr.skip(), progress(view) if view.running else gr.skip(), *[gr.skip()] * 13]
    why, locked = lock_of(read_metrics(page.workspace.reward_model), ignored)
    steps = view.all(ev.RLStep)
    return [
        mark,
        progress(view),
        markup.sentence(why, markup.CAUTION),
        gr.Button(interactive=not locked and not view.running),
        gr.Button(interactive=view.running and not view.stopping),
        gr.Button(interactive=view.resumable()),
        markup.sentences(dict.fromkeys(event.message for event in view.all(ev.Notice)), markup.CAUTION),
        result_words(view),
        *_drawn(curve_of(view.run.name if view.run else "", view.events)),
        sample_cards(steps[-1]) if steps else "",
    ]


def _drawn(curve: Curve) -> list[Any]:
    if not curve:
        return [gr.Column(visible=False), *[gr.skip()] * 5]
    charts = (reward_chart, kl_chart, length_chart, outcome_shares, variety_chart)
    return [gr.Column(visible=True), *(drawn(chart(curve)) for chart in charts)]


def sample_cards(step: ev.RLStep) -> str:
    """Two of the newest emails."""
    first = markup.email_card(
        f"Step {step.step}, reward {number(step.sample_1_reward, '+.2f')}", step.sample_1_context, step.sample_1_email
    )
    best = markup.email_card(
        f"Best of step {step.step}, reward {number(step.sample_2_reward, '+.2f')}",
        step.sample_2_context,
        step.sample_2_email,
    )
    return f"<h3>Latest emails</h3>{first}{best}"


def result_words(view: View) -> str:
    """What came of a finished run: the comparison on contexts that training never saw, with its uncertainty."""
    finished = view.last(ev.Finished)
    if finished is None:
        return ""
    tuned = finished.result.get("finetune") or finished.result
    judged = tuned.get("evaluation") or finished.result.get("evaluation") or {}
    if not judged:
        return ""
    improved = judged.get("improved")
    words, tone = {
        True: ("Improved", markup.GOOD),
        False: ("Not improved", markup.BAD),
    }.get(improved, ("No clear improvement", markup.CAUTION))
    span = interval(judged.get("gain_ci95"), "+.2f")
    gain = f"{number(judged.get('gain'), '+.2f')} reward against the base model" + (f" ({span})" if span else "")
    said = str(tuned.get("verdict") or f"The tuned model's emails earn {gain}.")
    ignored = markup.sentence(VERDICT_IGNORED, markup.CAUTION) if tuned.get("verdict_ignored") else ""
    shown = markup.sentence(said if said.startswith(words) else f"{words}. {said}", tone)
    return shown + ignored + _result_table(tuned, judged)


def _result_table(tuned: dict[str, Any], judged: dict[str, Any]) -> str:
    """Mean rewards of each model's emails, beside them what is to be held against them where it is known."""
    judge = {"base": tuned.get("judge_before"), "tuned": tuned.get("judge_after"), **(judged.get("judge") or {})}
    reference = tuned.get("reward_of_own_emails")
    shown = [(key, label, judged[key].get("reward_mean")) for key, label in MODELS if judged.get(key)]
    columns = {"": [label for _, label, _ in shown], "Mean reward": [number(mean, "+.2f") for _, _, mean in shown]}
    if reference is not None:
        columns[f"Against your emails ({reference:+.2f})"] = [against(mean, reference) for _, _, mean in shown]
    if judge["base"] is not None:
        columns["The independent judge's reward"] = [number(judge.get(key), "+.2f") for key, _, _ in shown]
    facts = [
        ("Pairs won against the base", number(judged.get("win_rate"), ".0%")),
        ("RL steps", number(tuned.get("steps"), ",")),
        ("Emails written", number(tuned.get("completions"), ",")),
        ("KL, nats per email", number(tuned.get("kl"), ".2f")),
        ("Tuned model", str(tuned.get("model_dir") or "–")),
    ]
    return markup.table(list(columns), zip(*columns.values(), strict=True)) + markup.facts(facts)
