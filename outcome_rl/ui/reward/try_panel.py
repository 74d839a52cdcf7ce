"""Any email, scored: what the reward model expects of it, and which of its sentences make the difference."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.components import Component

from ...config import OUTCOMES
from ...errors import OutcomeRLError
from ...reward.explain import SentenceEffect, explain, sentences
from ...reward.metadata import is_outdated
from ..common import html
from ..common.datasets import resolve
from ..common.failures import error_text
from ..common.loaded_models import load_page_reward_model
from ..common.page_context import HEAVY, QUIET, VIEWER, Page, format_number
from ..common.plots import OUTCOME_COLOURS, OUTCOME_WORDS
from .figures import OUTDATED, difference_from

if TYPE_CHECKING:  # they are imported late, for the page comes up without torch
    from ...reward.model import RewardModel
    from ...reward.scorer import Scores

LOCKED = "Train a reward model first; then any text can be scored here."
MAX_CONTEXT, MAX_EMAIL = 1000, 20_000
RAISES, LOWERS = "0,158,115", "213,94,0"
"""Green and vermilion, which colour-blind people tell apart; every sentence has its figure as well."""
SLIGHT = 0.02
"""Effects below this are left uncoloured, in payoff units."""
DOUBTED = 0.5
NOTABLE = 1 / 6
"""Disagreement worth a word, as a part of the distance between the best and the worst payoff; on the sample data one
email in twenty is above it."""


def create_try_panel(page: Page) -> list[Component]:
    """Draw the panel and wire it; what :func:`lock_updates` gives belongs into the components returned."""
    gr.Markdown("### Try any email\nOne of yours, a draft, or something odd: see what the reward model makes of it.")
    lock = gr.HTML(elem_id="try-lock")
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            context = gr.Textbox(
                label="Context: who the customer is and what happened so far", lines=2, max_length=MAX_CONTEXT,
                elem_id="try-context",
            )  # fmt: skip
            email = gr.Textbox(label="Email", lines=10, max_lines=24, max_length=MAX_EMAIL, elem_id="try-email")
            with gr.Row():
                score = gr.Button("Score it", variant="primary", interactive=False, elem_id="try-score")
                own = gr.Button("Fill in one of my emails", elem_id="try-own")
        with gr.Column(scale=1, min_width=300):
            result = gr.HTML(elem_id="try-result")

    def score_text(context: str, email: str) -> Iterator[str]:
        try:
            require_text(email)
            yield html.sentence("Reading the email …")
            yield render_scores(require_reward_model(page), context.strip()[:MAX_CONTEXT], email[:MAX_EMAIL])
        except Exception as error:  # the outermost layer
            yield html.sentence(error_text(error), html.BAD)

    def fill_in(chosen: Any) -> list[Any]:
        try:
            data = resolve(page.workspace, chosen).read()
        except Exception as error:  # the outermost layer
            return [gr.skip(), gr.skip(), html.sentence(error_text(error), html.BAD)]
        place = random.randrange(len(data))
        return [data.contexts[place], data.emails[place], ""]

    score.click(score_text, [context, email], result, **QUIET, **HEAVY)
    own.click(fill_in, [page.chosen], [context, email, result], **VIEWER)
    return [lock, score]


def lock_updates(metrics: dict[str, Any] | None) -> list[Any]:
    """The lock's sentence, and whether the button can be pressed."""
    why = LOCKED if not metrics else OUTDATED if is_outdated(metrics) else ""
    return [html.sentence(why, html.CAUTION), gr.Button(interactive=bool(metrics))]


def require_text(email: str) -> None:
    """Raises OutcomeRLError where there is nothing to score."""
    if not email.strip():
        raise OutcomeRLError("There is no email to score; type or paste one.")


def require_reward_model(page: Page) -> RewardModel:
    """The reward model, kept loaded. Raises ModelError."""
    model = load_page_reward_model(page)
    if model is None:
        raise OutcomeRLError(LOCKED)
    return model


def render_scores(model: RewardModel, context: str, email: str) -> str:
    """All that is shown of one email."""
    scores = model.score([context], [email])
    effects = explain(model, context, email)
    return prediction(scores, model.reference, model.config.payoffs) + explanation(email, effects)


def prediction(scores: Scores, reference: float | None, payoffs: Sequence[float]) -> str:
    """The first email's probabilities and reward, and what casts doubt on them."""
    probs, reward = scores.probs[0], float(scores.rewards[0])
    # an outcome that the model has never seen has a probability of exactly 0
    possible = [(name, float(p)) for name, p in zip(OUTCOMES, probs, strict=True) if p]
    shares = [(OUTCOME_WORDS[name], OUTCOME_COLOURS[name], p) for name, p in possible]
    facts = [
        ("Predicted", OUTCOME_WORDS[OUTCOMES[int(probs.argmax())]]),
        ("Expected payoff", f"{float(probs @ payoffs):+.2f}"),
        ("Reward: doubts taken off", format_number(reward, "+.2f")),
        (f"Against your emails ({format_number(reference, '+.2f')})", difference_from(reward, reference)),
        ("Reads like an email", f"{float(scores.belief[0]):.0%}"),
    ]
    worth = [payoff for payoff, p in zip(payoffs, probs, strict=True) if p]
    return html.shares(shares) + html.facts(facts) + html.sentences(_doubts(scores, worth), html.CAUTION)


def _doubts(scores: Scores, payoffs: Sequence[float]) -> list[str]:
    belief, spread = float(scores.belief[0]), float(scores.disagreement[0])
    doubts = []
    if belief < DOUBTED:
        doubts.append(
            f"The model hardly takes this for an email written for this context (belief {belief:.0%}); the less it "
            "believes that, the lower the reward."
        )
    if spread > NOTABLE * (max(payoffs) - min(payoffs)):
        doubts.append(
            f"The model's members disagree about it (± {spread:.2f} in what they expect it to earn), so the reward is "
            "uncertain; part of that has been taken off it already."
        )
    return doubts


def explanation(email: str, effects: Sequence[SentenceEffect]) -> str:
    """The email with each sentence in the colour of its effect, its figure behind it, and a legend."""
    if not effects:
        return ""
    strongest = max(0.1, *(abs(each.effect) for each in effects))
    parts, done = [], 0
    for (start, end), each in zip(sentences(email), effects, strict=True):
        parts += [html.text(email[done:start]), _colour_sentence(email[start:end], each.effect, strongest)]
        done = end
    body = "".join(parts) + html.text(email[done:])
    return (
        f'<figure class="orl-email"><figcaption><b>Which sentences make the difference</b>{_LEGEND}</figcaption>'
        f'<div class="orl-body">{body}</div></figure>'
    )


def _colour_sentence(sentence: str, effect: float, strongest: float) -> str:
    shown = f"<sup>{effect:+.2f}</sup>" if abs(effect) >= 0.005 else "<sup>0</sup>"
    if abs(effect) < SLIGHT:
        return f'<span class="orl-effect">{html.text(sentence)}{shown}</span>'
    colour, depth = RAISES if effect > 0 else LOWERS, 0.12 + 0.33 * min(1.0, abs(effect) / strongest)
    style = f"background:rgba({colour},{depth:.2f})"
    return f'<span class="orl-effect" style="{style}">{html.text(sentence)}{shown}</span>'


_LEGEND = (
    f'<span><span class="orl-effect" style="background:rgba({RAISES},.35)">raises the reward</span> '
    f'<span class="orl-effect" style="background:rgba({LOWERS},.35)">lowers it</span> '
    "Each sentence was left out once; its figure is the reward that it adds. The figures do not add up: sentences that "
    "say the same cover for each other.</span>"
)
