"""Tab 1: choose the emails, train the reward model, see how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from .. import events as ev
from ..config import OUTCOMES, RewardConfig
from ..data import EmailData
from ..errors import OutcomeRLError
from . import markup, plots
from .audit_panel import create_audit_panel, masked_copy
from .datasets import SAMPLE, Dataset, columns_from, keep_upload, resolve, shown_path
from .fields import create_inputs, flags
from .launcher import Launcher, create_command
from .shared import VIEWER, Page, changed_at, interval, number, progress, read_metrics

KINDS = ("train-reward", "run")
SHOWN_ROWS = 200


def create_data_tab(page: Page) -> None:
    """Draw the tab and wire it."""
    with gr.Tab("Data & reward model", id="data"):
        _data_panel(page)
        _training_panel(page)


# --- the data -------------------------------------------------------------------------------------------------------


def _data_panel(page: Page) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            upload = gr.File(label="CSV with context, email and outcome", elem_id="data-upload", height=150)
            sample = gr.Button("Use the sample data", elem_id="use-sample")
            with gr.Accordion("My columns have other names", open=False):
                columns = [
                    gr.Textbox(label=label, placeholder=usual, elem_id=f"data-column-{name}", max_lines=1)
                    for name, label, usual in (
                        ("context", "Context column", "context"),
                        ("email", "Email column", "email_text"),
                        ("outcome", "Outcome column (0, 1, 2 or no_reply, reply, conversion)", "outcome"),
                    )
                ]
            status = gr.HTML(elem_id="data-status")
        with gr.Column(scale=3, min_width=300):
            chart = gr.Plot(show_label=False, elem_id="data-outcomes")
    table = gr.Dataframe(
        headers=["line", "outcome", "context", "email"],
        datatype="str", interactive=False, wrap=True, max_height=320, column_widths=["70px", "130px", "300px", "600px"],
        show_label=False, elem_id="data-table",
    )  # fmt: skip
    shown = [status, table, chart]
    panel = create_audit_panel(page)

    def read(path: str | None, *names: str):
        if not path:
            return [gr.skip()] * 4
        return read_upload(page, Path(path), names)

    def use_sample():
        chosen = {"name": SAMPLE}
        return [chosen, *show(resolve(page.workspace, chosen))]

    def mask(chosen: Any):
        try:
            chosen = masked_copy(page.workspace, chosen)
        except (OutcomeRLError, OSError) as error:
            return [gr.skip(), markup.sentence(f"{error}.", markup.BAD), gr.skip(), gr.skip()]
        return [chosen, *show(resolve(page.workspace, chosen))]

    reading = {"inputs": [upload, *columns], "outputs": [page.chosen, *shown]}
    panel.follow(upload.upload(read, **reading, api_name="upload_data", show_progress="minimal"))
    for box in columns:
        panel.follow(box.submit(read, **reading, **VIEWER))
        panel.follow(box.blur(read, **reading, **VIEWER))
    panel.follow(
        sample.click(use_sample, None, [page.chosen, *shown], api_name="use_sample", show_progress="minimal")
    )
    panel.follow(
        panel.mask.click(
            mask, [page.chosen], [page.chosen, *shown], api_visibility="private", show_progress="minimal"
        )
    )
    panel.follow(
        page.demo.load(lambda chosen: show(resolve(page.workspace, chosen)), [page.chosen], shown, **VIEWER)
    )


def read_upload(page: Page, path: Path, names: tuple[str, ...]) -> list[Any]:
    """Take an uploaded file over if it is usable; otherwise say why and leave everything else as it was."""
    columns = columns_from(dict(zip(("context", "email", "outcome"), names, strict=True)))
    try:
        data = Dataset(path, columns, path.name).read()
        chosen = keep_upload(page.workspace, path, columns)
    except (OutcomeRLError, OSError) as error:
        kept = " The data chosen before stays in use."
        return [gr.skip(), markup.sentence(f"{error}.{kept}", markup.BAD), gr.skip(), gr.skip()]
    return [chosen, *drawn(data, path.name)]


def show(dataset: Dataset) -> list[Any]:
    """Status, table and chart of a data set that was chosen earlier."""
    try:
        return drawn(dataset.read(), dataset.label)
    except OutcomeRLError as error:
        return [markup.sentence(str(error), markup.BAD), gr.skip(), gr.skip()]


def drawn(data: EmailData, label: str) -> list[Any]:
    rows = [
        [str(data.rows[i]), OUTCOMES[data.outcomes[i]], data.contexts[i], data.emails[i]]
        for i in range(min(SHOWN_ROWS, len(data)))
    ]
    more = f" The table shows the first {SHOWN_ROWS}." if len(data) > SHOWN_ROWS else ""
    words = f"In use: {label}, {len(data):,} emails for {len(data.unique_contexts()):,} different contexts.{more}"
    return [markup.sentence(words, markup.GOOD), rows, plots.outcome_bars(data.counts())]


# --- the reward model -----------------------------------------------------------------------------------------------


def reward_arguments(page: Page, dataset: Dataset, config: RewardConfig) -> list[str]:
    return [*dataset.arguments(), "--out", shown_path(page.workspace.reward_model), *flags(config)]


def _training_panel(page: Page) -> None:
    gr.Markdown("### Reward model\nLearns from the emails above how likely each outcome is; that makes the reward.")
    inputs = create_inputs(RewardConfig, "reward")
    with gr.Row():
        train = gr.Button("Train reward model", variant="primary", elem_id="train-reward")
        stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="stop-reward")
    message = gr.HTML(elem_id="reward-message")
    status = gr.HTML(elem_id="reward-progress")
    notices = gr.HTML(elem_id="reward-notices")
    verdict = gr.HTML(elem_id="reward-verdict")
    with gr.Row(visible=False) as curves:
        loss = gr.Plot(show_label=False, elem_id="reward-loss", min_width=300)
        accuracy = gr.Plot(show_label=False, elem_id="reward-accuracy", min_width=300)
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            metrics = gr.HTML(elem_id="reward-metrics")
        with gr.Column(scale=2, min_width=300, visible=False) as judged:
            matrix = gr.Plot(show_label=False, elem_id="reward-confusion")
    command = create_command("reward-command")
    seen = gr.State()
    launcher = Launcher("train-reward", KINDS, inputs, reward_arguments, train, stop, message, command)
    launcher.wire(page, "train_reward", "stop_reward")
    drawn_parts = [status, train, stop, notices, verdict, curves, loss, accuracy, metrics, judged, matrix]
    page.keep_fresh(lambda before: refresh(page, before), seen, drawn_parts)


def refresh(page: Page, before: Any) -> list[Any]:
    """Everything the panel shows of the latest run and of the model on disk; only what changed is sent."""
    view = page.watcher.view(KINDS)
    mark = (view.mark, changed_at(page.workspace.reward_model))
    if mark == before:
        return [gr.skip(), progress(view) if view.running else gr.skip(), *[gr.skip()] * 10]
    metrics = read_metrics(page.workspace.reward_model)
    epochs = view.all(ev.RewardEpoch)
    counts = (metrics or {}).get("confusion_matrix")
    return [
        mark,
        progress(view),
        gr.Button(interactive=not view.running),
        gr.Button(interactive=view.running and not view.stopping),
        markup.sentences(_notices(view.all(ev.Notice), metrics), markup.CAUTION),
        verdict_words(metrics),
        gr.Row(visible=bool(epochs)),
        plots.loss_curves(epochs) if epochs else gr.skip(),
        plots.accuracy_curve(epochs) if epochs else gr.skip(),
        metrics_table(metrics),
        gr.Column(visible=bool(counts)),
        plots.confusion(counts) if counts else gr.skip(),
    ]


def _notices(events: list[ev.Notice], metrics: dict[str, Any] | None) -> list[str]:
    """Each sentence once: those of the run, then those kept with the model."""
    kept = (metrics or {}).get("notices") or []
    return list(dict.fromkeys([*(event.message for event in events), *map(str, kept)]))


def verdict_words(metrics: dict[str, Any] | None) -> str:
    if not metrics or not metrics.get("verdict"):
        return ""
    tone = {True: markup.GOOD, False: markup.BAD}.get(metrics.get("beats_baselines"), markup.CAUTION)
    return markup.sentence(str(metrics["verdict"]), tone)


def metrics_table(metrics: dict[str, Any] | None) -> str:
    """How good the model is on rows it has not seen, beside two simple methods."""
    if not metrics:
        return '<p class="orl-waiting">There is no reward model yet.</p>'
    baselines = metrics.get("baselines") or {}
    columns = [metrics, baselines.get("tfidf_logreg") or {}, baselines.get("majority") or {}]
    rows = [
        ("Accuracy", "accuracy", ".1%"),
        ("Macro-F1", "macro_f1", ".3f"),
        ("Log loss, nats (lower is better)", "log_loss", ".3f"),
        ("Calibration error (lower is better)", "ece", ".3f"),
        ("AUC, conversion or not", "auc_conversion", ".3f"),
        ("AUC, reply or not", "auc_reply", ".3f"),
    ]
    body = [[name, *(number(column.get(key), form) for column in columns)] for name, key, form in rows]
    if span := interval(metrics.get("accuracy_ci95"), ".0%"):
        body.insert(1, ["95 % interval of the accuracy", span, "", ""])
    about = ", ".join(
        part
        for part in (
            f"model: {metrics['model']}" if metrics.get("model") else "",
            f"trained on {metrics['rows_train']} rows" if metrics.get("rows_train") else "",
            f"judged on {metrics['rows_validation']} others" if metrics.get("rows_validation") else "",
        )
        if part
    )
    header = ["On rows it has not seen", "Reward model", "TF-IDF + logistic regression", "Most common outcome"]
    return markup.table(header, body) + f'<p class="orl-waiting">{markup.text(about[:1].upper() + about[1:])}</p>'
