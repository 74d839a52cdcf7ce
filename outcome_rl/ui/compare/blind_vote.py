"""Two emails, base and tuned in an order that nobody knows: which would you rather send? The votes are counted."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...config import SamplingConfig
from ...errors import OutcomeRLError
from ...evaluation.blind_votes import (
    CHOICES,
    NEITHER,
    BlindPair,
    PendingPairs,
    Tally,
    add_vote,
    count_votes,
    make_vote,
    random_order,
    read_votes,
)
from ...policy.metadata import origin_fingerprint
from ...reward.metadata import figures_if_any
from ..common import html
from ..common.config_inputs import Inputs
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, refusal
from ..common.loaded_models import (
    MAX_CONTEXT,
    REFRESH,
    AvailableModels,
    ModelDependentParts,
    WritingProgress,
    require_context,
    stream_writing,
)
from ..common.page_context import HEAVY, QUIET, VIEWER, Page, Updates
from ..common.recipients import offer, recipients, sample_recipients
from ..common.stop_buttons import StopRequests
from ..words import write as words
from ..words.names import RECIPIENT, ROLES
from .email_card import email_to_dict, empty_email, growing_email, highlighted_email, plain_email, score_card
from .email_panel import heading_of

if TYPE_CHECKING:  # it brings torch along
    from ...generation.emails import ScoredEmail


@dataclass(frozen=True)
class BlindVotePanel:
    """The components of the panel; titles, bodies and scores by what the emails are called."""

    context: gr.Textbox
    write: gr.Button
    stop: gr.Button
    message: gr.HTML
    token: gr.State
    votes: gr.HTML
    choices: dict[str, gr.Button]
    titles: dict[str, gr.Markdown]
    bodies: dict[str, gr.HTML]
    scores: dict[str, gr.HTML]


def create_blind_test(page: Page, inputs: Inputs[SamplingConfig], pending: PendingPairs) -> ModelDependentParts:
    """Draw and wire it."""
    gr.Markdown(words.BLIND_ABOUT)
    context = gr.Textbox(
        next_context(sample_recipients()), label=RECIPIENT, lines=2, max_length=MAX_CONTEXT, elem_id="blind-context",
    )  # fmt: skip
    lock = gr.HTML(elem_id="blind-lock")
    with gr.Row():
        write = gr.Button(words.BLIND_WRITE, variant="primary", interactive=False, elem_id="blind-write")
        stop = gr.Button(words.STOP, variant="stop", interactive=False, elem_id="blind-stop")
    message = gr.HTML(elem_id="blind-message")
    titles, bodies, scores = {}, {}, {}
    with gr.Row():
        for name in CHOICES[:2]:
            with gr.Column(min_width=300):
                titles[name] = gr.Markdown(email_title(name), elem_id=f"blind-title-{name}")
                bodies[name] = gr.HTML(empty_email(words.BLIND_BEFORE), elem_id=f"blind-email-{name}")
                scores[name] = gr.HTML(elem_id=f"blind-scores-{name}")
    with gr.Row():
        choices = {
            name: gr.Button(label, interactive=False, elem_id=f"blind-vote-{name}")
            for name, label in zip(CHOICES, words.BLIND_CHOICES, strict=True)
        }
    votes = gr.HTML(elem_id="blind-votes")
    ui = BlindVotePanel(context, write, stop, message, gr.State(""), votes, choices, titles, bodies, scores)
    offer(page, context)
    _wire(page, inputs, ui, pending)

    def updates(available: AvailableModels) -> list[Any]:
        locked = words.NO_BEFORE if available.without_teaching else words.BLIND_LOCKED
        why = html.sentence("" if available.taught else locked, html.CAUTION)
        votes = html.sentence(votes_in_words(current_tally(page)))
        return [why, gr.Button(interactive=available.taught), votes]

    return [lock, write, votes], updates


def _wire(page: Page, inputs: Inputs[SamplingConfig], ui: BlindVotePanel, pending: PendingPairs) -> None:
    stops = StopRequests()

    def write_pair(request: gr.Request, text: str, *values: Any) -> Iterator[Updates]:
        with stops.while_working(request) as stopped:
            try:
                sampling, context = inputs.read(values), require_context(text)
                yield clear(ui)
                yield from render(ui, page, context, sampling, stopped, pending)
            except Exception as error:  # the outermost layer
                yield {ui.message: refusal(error)}

    def choose(choice: str, token: str) -> Updates:
        try:
            pair = cast_vote(page, pending, token, choice)
        except (OutcomeRLError, OSError) as error:
            return {ui.message: refusal(error)}
        return reveal(ui, pair, choice, figures_if_any(page.workspace.reward_model)) | {
            ui.votes: html.sentence(votes_in_words(current_tally(page))),
            ui.context: next_context(recipients(page)),
        }

    emails = [*ui.titles.values(), *ui.bodies.values(), *ui.scores.values()]
    outputs = [ui.message, ui.stop, ui.token, *ui.choices.values(), *emails]
    waiting = ui.write.click(
        lambda: [gr.Button(interactive=False), html.sentence(words.WAITING)],
        None, [ui.write, ui.message], **VIEWER,
    )  # fmt: skip
    done = waiting.then(write_pair, [ui.context, *inputs.components], outputs, **QUIET, **HEAVY)
    done.then(lambda: [gr.Button(interactive=True), gr.Button(interactive=False)], None, [ui.write, ui.stop], **VIEWER)
    stops.wire(ui.stop, "stop_blind_pair")
    for name, button in ui.choices.items():
        button.click(lambda token, name=name: choose(name, token), ui.token, [*outputs, ui.votes, ui.context], **VIEWER)


def next_context(contexts: Sequence[str]) -> str:
    """One of the examples, another one each time."""
    return secrets.choice(contexts) if contexts else ""


def email_title(name: str, role: str = "") -> str:
    """``Email A``, with whose it is once that may be known."""
    return heading_of(words.BLIND_EMAIL.format(name=name.upper())) + (f": {ROLES[role].lower()}" if role else "")


def current_tally(page: Page) -> Tally:
    """The votes on the tuned model that is there now."""
    return count_votes(read_votes(page.workspace.votes), origin_fingerprint(page.workspace.policy))


def clear(ui: BlindVotePanel) -> Updates:
    """Nothing to choose from."""
    return {
        ui.token: "",
        ui.stop: gr.Button(interactive=True),
        **{button: gr.Button(interactive=False) for button in ui.choices.values()},
        **{box: email_title(name) for name, box in ui.titles.items()},
        **{box: empty_email(words.EMAIL_WAITS) for box in ui.bodies.values()},
        **dict.fromkeys(ui.scores.values(), ""),
    }


def stream_blind_pair(
    page: Page, context: str, sampling: SamplingConfig, order: tuple[str, str]
) -> Generator[WritingProgress, None, None]:
    """Both models in ``order``, so that the time tells nothing, with random numbers of their own."""
    return stream_writing(page, context, replace(sampling, seed=secrets.randbelow(2**31)), 1, order)


def render(
    ui: BlindVotePanel,
    page: Page,
    context: str,
    sampling: SamplingConfig,
    stopped: threading.Event,
    pending: PendingPairs,
) -> Iterator[Updates]:
    """What to draw while the two emails are written; no word of it says whose they are."""
    order = random_order()
    model, drawn_at = origin_fingerprint(page.workspace.policy), 0.0
    emails: dict[str, ScoredEmail] = {}
    slow = ""
    yield {ui.message: html.sentence(words.BLIND_LOADING)}
    with closing(stream_blind_pair(page, context, sampling, order)) as stream:
        for writing in stream:
            body = ui.bodies[CHOICES[order.index(writing.role)]]
            if writing.emails:
                emails[writing.role], slow = writing.emails[0], writing.slow
                yield {body: plain_email(writing.emails[0].email_text)}
            elif writing.texts and time.monotonic() - drawn_at > REFRESH:
                drawn_at = time.monotonic()
                yield {body: growing_email(writing.texts[0])}
            if stopped.is_set() and len(emails) < 2:
                empties: Updates = {box: empty_email(words.NOT_WRITTEN) for box in ui.bodies.values()}
                yield {ui.message: html.sentence(words.BLIND_STOPPED, html.CAUTION), **empties}
                return
    if len(emails) < 2:
        raise OutcomeRLError(words.BLIND_LOCKED)
    yield {
        ui.token: pending.add(BlindPair(context, emails, order, model)),
        ui.message: html.sentence(slow, html.CAUTION) + html.sentence(words.BLIND_CHOOSE, html.GOOD),
        **{button: gr.Button(interactive=True) for button in ui.choices.values()},
    }


def cast_vote(page: Page, pending: PendingPairs, token: str, choice: str) -> BlindPair:
    """Keep a vote on a pair; the pair, of which everything may be known now. Raises ConfigError, OSError."""
    pair = pending.take(token, choice)
    add_vote(page.workspace.votes, make_vote(pair, choice))
    return pair


def votes_in_words(tally: Tally) -> str:
    """How the votes stand, and what that shows."""
    undecided = words.UNDECIDED.format(count=tally.neither) if tally.neither else ""
    if not tally.decided:
        return words.NO_VOTES + undecided
    low, high = tally.interval
    said = words.VOTES.format(taught=tally.tuned, decided=tally.decided, low=100 * low, high=100 * high)
    shown = words.PREFER_TAUGHT if low > 0.5 else words.PREFER_UNTAUGHT if high < 0.5 else words.TOO_FEW_VOTES
    return f"{said} {shown}{undecided}"


def reveal(ui: BlindVotePanel, pair: BlindPair, choice: str, metrics: dict[str, Any] | None) -> Updates:
    """Whose the emails are, and what the reward model expects of them."""
    said = words.NO_PREFERENCE if choice == NEITHER else words.CHOSE.format(whose=whose(pair, choice))
    said += words.COUNTED.format(context=pair.context)
    return {
        ui.message: html.sentence(said),
        ui.token: "",
        **{button: gr.Button(interactive=False) for button in ui.choices.values()},
        **{box: email_title(name, pair.order[CHOICES.index(name)]) for name, box in ui.titles.items()},
        **{box: _body(pair, name) for name, box in ui.bodies.items()},
        **{box: score_card(pair.email(name), metrics) for name, box in ui.scores.items()},
    }


def _body(pair: BlindPair, name: str) -> str:
    return highlighted_email(pair.email(name).email_text, pair.email(name).findings)


def whose(pair: BlindPair, choice: str) -> str:
    """``after teaching``."""
    return ROLES[pair.order[CHOICES.index(choice)]].lower()


def expose_api(page: Page, pending: PendingPairs) -> None:
    """The same for scripts, as plain values."""

    def write_blind_pair(context: str) -> dict:
        """Two emails, a and b, and the word to vote on them with; whose they are is told after the vote."""

        def write() -> BlindPair:
            order, model = random_order(), origin_fingerprint(page.workspace.policy)
            wanted = require_context(context)
            stream = stream_blind_pair(page, wanted, SamplingConfig(), order)
            emails = {writing.role: writing.emails[0] for writing in stream if writing.emails}
            if len(emails) < 2:
                raise OutcomeRLError(words.BLIND_LOCKED)
            return BlindPair(wanted, emails, order, model)

        pair = api_call(write)
        return {"pair": pending.add(pair), **{name: pair.email(name).email_text for name in CHOICES[:2]}}

    def vote(pair: str, choice: str) -> dict:
        """Vote on a pair: a, b or neither. Whose the emails were, with their scores, and how the votes stand."""
        voted = api_call(lambda: cast_vote(page, pending, pair, choice))
        emails = {
            name: {"role": role, **email_to_dict(voted.email(name))}
            for name, role in zip(CHOICES, voted.order, strict=False)
        }
        return {**emails, "votes": votes()}

    def votes() -> dict:
        """How often the tuned model was preferred in blind votes, with the 95 % interval of its share."""
        tally = current_tally(page)
        return {**vars(tally), "decided": tally.decided, "interval": list(tally.interval), "words": tally.in_words()}

    add_endpoint(write_blind_pair, api_name="write_blind_pair", **HEAVY)
    add_endpoint(vote, api_name="vote", queue=False)
    add_endpoint(votes, api_name="votes", queue=False)
