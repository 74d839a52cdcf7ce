"""Tab 3: the same context, written about by the base model and by the tuned one, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ..config import FinetuneConfig, SamplingConfig
from ..data import read_contexts, sample_file
from ..errors import OutcomeRLError
from . import markup
from .fields import Inputs, create_inputs
from .plots import OUTCOME_COLOURS, OUTCOME_WORDS
from .reward_figures import against
from .shared import HEAVY, VIEWER, Page, changed_at, failure, number, read_metrics

ROLES = {"base": "Base model", "warm_start": "After the warm start", "tuned": "Tuned model"}
LOCKED = "There is nothing to compare yet. Train a reward model in the first tab and tune a model in the second one."
BASE_ALONE = "There is no tuned model yet; until the second tab has made one, the base model writes alone."
MAX_CANDIDATES = 8
MAX_CONTEXT = 1000


@dataclass(frozen=True)
class Panel:
    """Where one model's email is shown."""

    column: gr.Column
    email: gr.Textbox
    scores: gr.HTML


def create_compare_tab(page: Page) -> None:
    """Draw the tab and wire it."""
    with gr.Tab("Generate & compare", id="compare"):
        lock = gr.HTML(elem_id="compare-lock")
        examples = _examples()
        example = gr.Dropdown(
            examples, value=None, label="Example contexts", elem_id="compare-example", interactive=True
        )
        context = gr.Textbox(
            examples[0] if examples else "", label="Context: who the customer is and what happened so far",
            lines=2, max_length=MAX_CONTEXT, elem_id="compare-context",
        )  # fmt: skip
        with gr.Accordion("Sampling", open=False):
            candidates = gr.Slider(
                1, MAX_CANDIDATES, value=1, step=1, label="Candidates", elem_id="sampling-candidates",
                info="emails per model; the one with the highest reward is shown", buttons=[],
            )  # fmt: skip
            inputs = create_inputs(SamplingConfig, "sampling", folded=False)
        write = gr.Button("Write emails", variant="primary", interactive=False, elem_id="compare-write")
        message = gr.HTML(elem_id="compare-message")
        seen = gr.State()
        with gr.Row():
            panels = {role: _panel(role, title) for role, title in ROLES.items()}
    example.input(lambda chosen: chosen or gr.skip(), example, context, **VIEWER)
    _wire(page, inputs, context, candidates, write, message, panels)
    page.keep_fresh(lambda before: refresh(page, before), seen, [lock, write, *(p.column for p in panels.values())])


def _examples() -> list[str]:
    try:
        return read_contexts(sample_file("contexts.csv"))[:8]
    except OutcomeRLError:
        return []


def _panel(role: str, title: str) -> Panel:
    with gr.Column(min_width=300, elem_id=f"compare-{role.replace('_', '-')}", visible=False) as column:
        email = gr.Textbox(label=title, lines=16, max_lines=16, interactive=False, buttons=["copy"])
        scores = gr.HTML()
    return Panel(column, email, scores)


def refresh(page: Page, before: Any) -> list[Any]:
    """What can be compared now; sent only when that changed."""
    mark = (changed_at(page.workspace.policy), changed_at(page.workspace.reward_model))
    if mark == before:
        return [gr.skip()] * 6
    tuned, judged = bool(mark[0]), bool(mark[1])
    lock = "" if tuned else markup.sentence(BASE_ALONE if judged else LOCKED, markup.CAUTION)
    open_panels = {"base": tuned or judged, "warm_start": tuned, "tuned": tuned}
    return [
        mark, lock, gr.Button(interactive=tuned or judged), *(gr.Column(visible=open_panels[role]) for role in ROLES)
    ]  # fmt: skip


def _wire(page: Page, inputs: Inputs, context, candidates, write, message, panels: dict[str, Panel]) -> None:
    def click(text: str, count: int, *values: Any) -> Iterator[list[Any]]:
        shown = {role: ["", ""] for role in ROLES}  # emails for an earlier context must not stand beside new ones
        try:
            sampling = inputs.read(values)
            reference = (read_metrics(page.workspace.reward_model) or {}).get("mean_reward_predicted")
            for role, best, done in compare(page, text, sampling, int(count)):
                if best is not None:
                    shown[role] = [best.email_text, score_card(best, reference)]
                yield [done, *(part for role in ROLES for part in shown[role])]
        except Exception as error:  # this is the outermost layer; out of memory, say, comes as any kind of error
            yield [markup.sentence(failure(error), markup.BAD), *[gr.skip()] * (2 * len(ROLES))]

    outputs = [message, *(part for panel in panels.values() for part in (panel.email, panel.scores))]
    given = [context, candidates, *inputs.components]
    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([write.click, context.submit], click, given, outputs, **quiet, **HEAVY)


def expose_api(page: Page) -> None:
    """The same for scripts, as plain values; outside the tabs, for it draws nothing."""

    def write_emails(context: str, candidates: int) -> list[dict]:
        """The best email of each model for one context, with its probabilities and checks."""
        try:
            found = compare(page, context, SamplingConfig(), min(max(1, int(candidates)), MAX_CANDIDATES))
            return [{"role": role, **asdict(best)} for role, best, _ in found if best is not None]
        except OutcomeRLError as error:
            raise gr.Error(str(error)) from None

    gr.api(write_emails, api_name="write_emails", **HEAVY)


def compare(page: Page, context: str, sampling: SamplingConfig, candidates: int) -> Iterator[tuple[str, Any, str]]:
    """(role, its best email or None while it is being written, what to say meanwhile) for each model in turn.

    Raises:
        OutcomeRLError: a model cannot be loaded, or the context is empty.
    """
    if not context.strip():
        raise OutcomeRLError("The context is empty; describe the customer, or choose one of the examples.")
    from .. import emails, policy  # they bring torch along
    from ..reward_folder import load_reward_model

    workspace, notices = page.workspace, []
    judge = None
    if read_metrics(workspace.reward_model) is not None:
        yield "base", None, markup.sentence("Loading the reward model …")
        judge = page.shelf.get("judge", str(workspace.reward_model), load_reward_model)
    if changed_at(workspace.policy):
        sources = policy.tuned_models(workspace.policy)
    elif judge is not None:
        sources = {"base": FinetuneConfig().model}
    else:
        raise OutcomeRLError(LOCKED)
    for role in (role for role in ROLES if role in sources):
        yield role, None, markup.sentence(f"{ROLES[role]}: loading and writing …")
        writer = page.shelf.get(role, str(sources[role]), policy.load_writer)
        written = emails.write_emails(writer, [context.strip()[:MAX_CONTEXT]], sampling, judge, candidates)
        if writer.notice:
            notices.append(writer.notice)
        yield role, written[0], markup.sentences(dict.fromkeys(notices), markup.CAUTION)


def score_card(email: Any, reference: float | None) -> str:
    """What the reward model expects of an email, also against the user's own emails, and what is found in it."""
    check = email.check
    facts = [
        ("Words", str(check.word_count)),
        ("Call to action", ", ".join(check.cta) or ("yes" if check.has_cta else "none found")),
        ("Questions", str(check.question_count)),
        ("Model", Path(email.model).name),
    ]
    if email.reward is None:
        return markup.facts(facts)
    shares = [(OUTCOME_WORDS[name], OUTCOME_COLOURS[name], getattr(email, f"p_{name}")) for name in OUTCOME_WORDS]
    predicted = OUTCOME_WORDS.get(email.predicted, str(email.predicted))
    worth = [("Predicted", predicted), ("Reward", number(email.reward, "+.2f"))]
    if reference is not None:
        worth.append((f"Against your emails ({reference:+.2f})", against(email.reward, reference)))
    return markup.shares(shares) + markup.facts([*worth, *facts])
