"""What is known before tuning starts: where the base model is, how long it will take, what an outcome is worth."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...config import FinetuneConfig
from ...data.splits import split_contexts
from ...errors import OutcomeRLError, RunError
from ...models.availability import (
    INSTEAD,
    NOT_OFFERED,
    NOWHERE,
    SUGGESTED,
    AvailabilityCache,
    ModelAvailability,
    find_availability,
)
from ...models.catalogue import known_model, licence_words
from ...models.device import pick_device, pick_dtype
from ...models.hub import STAND_IN
from ...models.own_models import own_models
from ...outcomes import OUTCOMES
from ...pipelines import time_estimates
from ...reward.metadata import figures_if_any, outcomes_of, payoffs_if_any
from ...rl.holding import OTHERS, Holding
from ...runs.jobs import NICENESS
from ...security.capped_settings import within_caps
from ...security.caps import current_caps
from ...utils.busy import CLEARLY, in_percent
from ...utils.files import folder_size
from ...utils.formatting import format_bytes
from ...utils.oom import free_memory, tuning_memory
from ..common import html
from ..common.config_inputs import Choices, Inputs
from ..common.datasets import Dataset, resolve
from ..common.endpoints import add_endpoint
from ..common.failures import api_call
from ..common.machine import Lately
from ..common.page_context import VIEWER, Page, on_change_latest
from ..words.progress import SLOWED
from ..words.teach import FETCHED, OWN, READY, USE_MINUTES, in_rounds

if TYPE_CHECKING:  # they bring torch along
    from ...pipelines.planning import Outlook

PAYOFFS = tuple(f"payoff_{name}" for name in OUTCOMES)
PROBE_LIFE = 30.0
"""Seconds for which it is taken for known how busy the machine is."""
LONG_BESIDE_OTHERS = 60
"""Minutes beyond which none are offered for what other programs take: to end these is the better way."""
AS_LISTED: Choices = [(name, name) for name in SUGGESTED]
"""What the list of models shows until it is known where each is."""


@dataclass(frozen=True)
class PlanPanel:
    """Sentences about the chosen model and the expected time; a button for the minutes that would do, ``enough``."""

    model: gr.HTML
    time: gr.HTML
    use: gr.Button
    enough: gr.State


def create_plan_panel(fold: gr.Accordion) -> PlanPanel:
    """Draw it, empty; where the model is belongs into ``fold``, for engineers."""
    with fold:
        model = gr.HTML(elem_id="rl-model-place")
    time = gr.HTML(elem_id="rl-estimate")
    return PlanPanel(model, time, gr.Button(visible=False, size="sm", elem_id="rl-use-minutes"), gr.State())


def wire(page: Page, panel: PlanPanel, inputs: Inputs[FinetuneConfig], tab: gr.Tab) -> None:
    """Keep the sentences up with what is typed, and the list of models with what is on this machine.

    Nothing is done before ``tab`` is opened: it would only hold up what the visitor looks at.
    """
    availability, model = AvailabilityCache(), inputs.components[inputs.names.index("model")]

    def describe_model(name: str | None) -> str:
        if folder := own_models(page.workspace.own_models).get((name or "").strip()):
            return html.aside(FETCHED.format(name=(name or "").strip(), size=format_bytes(folder_size(folder))))
        return model_words(availability, name)

    def estimate_time_for(chosen: Any, *values: Any) -> list[Any]:
        try:
            config = inputs.read(values)
        except OutcomeRLError:  # which is said elsewhere
            return ["", gr.Button(visible=False), None]
        found = look_ahead(page, resolve(page.workspace, chosen), config)
        told = html.sentence(found.said, html.CAUTION) if found.too_little else html.aside(found.said)
        use = gr.Button(USE_MINUTES.format(minutes=found.offered) if found.offered else "", visible=bool(found.offered))
        minutes = None if config.without_rl else config.minutes
        return [told + (html.ready_in(READY, 60 * minutes) if minutes else ""), use, found.offered]

    def list_models() -> Any:
        own = [(OWN.format(name=name), name) for name in own_models(page.workspace.own_models)]
        return gr.Dropdown(model_choices(availability.suggestions()) + own)

    tab.select(list_models, None, model, **VIEWER)
    on_change_latest([tab.select, model.change], describe_model, model, panel.model)
    changes = [tab.select, *(box.change for box in inputs.components)]
    on_change_latest(
        changes, estimate_time_for, [page.chosen, *inputs.components], [panel.time, panel.use, panel.enough]
    )
    panel.use.click(lambda enough: f"{enough}" if enough else gr.skip(), panel.enough, inputs.of("minutes"), **VIEWER)


def expose_api(page: Page) -> None:
    """The estimate for scripts; outside the tabs, for it draws nothing."""

    def estimate_time(minutes: float, steps: int, model: str) -> str:
        """How long tuning will take, in a sentence; 0 minutes or steps: not given."""

        def estimate_sentence() -> str:
            config = FinetuneConfig(minutes=minutes or None, steps=steps or None, model=model or FinetuneConfig.model)
            return estimate(
                page, resolve(page.workspace, {}), within_caps(config, own=own_models(page.workspace.own_models))
            )

        return api_call(estimate_sentence)

    add_endpoint(estimate_time, api_name="estimate_time")


def require_usable(page: Page, config: FinetuneConfig) -> None:
    """Raises RunError where a run would fail for its base model or its payoffs."""
    if config.model not in own_models(page.workspace.own_models):
        place = find_availability(config.model)
        if place.where in (NOWHERE, NOT_OFFERED):
            raise RunError(place.in_words())
    if config.without_rl:
        return
    own, known = own_payoffs(page.workspace.reward_model), priced_outcomes(page.workspace.reward_model)
    both = list(zip(config.payoffs, own, strict=True))
    worth = [f"{typed:g}" if typed is not None else kept for typed, kept in (both[outcome] for outcome in known)]
    if len(set(worth)) == 1 and worth[0]:
        raise RunError(f"All outcomes are worth {worth[0]}, so no email would be better than another.")


def model_words(availability: AvailabilityCache, name: str | None) -> str:
    """Where the chosen model is, how large, under what licence, and whether the memory suffices."""
    chosen = (name or "").strip() or FinetuneConfig.model
    place = availability.get(chosen)
    chosen = STAND_IN[chosen] if place.where == INSTEAD else chosen
    memory, fits = memory_words(chosen)
    words = " ".join(filter(None, (place.in_words(), licence_words(chosen), memory)))
    unsure = not fits or place.where in (INSTEAD, NOWHERE, NOT_OFFERED)
    return html.sentence(words, html.CAUTION) if unsure else html.aside(words)


def model_choices(places: Sequence[ModelAvailability]) -> Choices:
    """What the list offers: models that can be had and that the memory suffices for, with their licences."""
    offered = [place for place in places if place.where != NOWHERE and memory_words(place.name)[1]]
    licences = [(known_model(place.name), place) for place in offered if place.where != INSTEAD]
    told = {place.name: f"; {model.licence}" for model, place in licences if model}
    return [(f"{place.name} ({place.short}{told.get(place.name, '')})", place.name) for place in offered]


def memory_words(name: str) -> tuple[str, bool]:
    """What a listed model needs at least of the machine's memory, and whether that is free.

    Nothing is said of other models and where an accelerator works.
    """
    model, device = known_model(name), pick_device()
    if model is None or device.type != "cpu":
        return "", True
    need, free = sum(tuning_memory(model.weights, "lora", pick_dtype(device).itemsize)), free_memory()[0]
    enough = "" if need < free else f", and {format_bytes(free)} are free: take a smaller one"
    return f"Tuning it takes more than {format_bytes(round(need))} of memory{enough}.", need < free


@dataclass(frozen=True)
class LookAhead:
    """What is known of a fine-tune's time: ``said`` in the page's words, whether the minutes are ``too_little``, and
    those that are ``offered`` in their place.
    """

    said: str
    too_little: bool = False
    offered: int | None = None


def look_ahead(page: Page, dataset: Dataset, config: FinetuneConfig) -> LookAhead:
    """What a fine-tune's minutes hold as the machine is now: the plan that a run would have, told as it tells it."""
    found = _outlook(page, dataset, config)
    said = in_rounds(estimate(page, dataset, config, found))
    if found is None:
        return LookAhead(said)
    if found.busy > CLEARLY and OTHERS not in found.said:
        said += f" {SLOWED.format(share=in_percent(found.busy))}"
    too_long = found.busy > CLEARLY and found.held.minutes > LONG_BESIDE_OTHERS
    return LookAhead(said, found.held.too_little, None if too_long else minutes_to_offer(config, found.held))


def estimate(page: Page, dataset: Dataset, config: FinetuneConfig, found: Outlook | None = None) -> str:
    """How long a fine-tune with these settings will take, in a sentence; ``found``: what its minutes hold."""
    if config.without_rl:
        return time_estimates.estimate_in_words(config, 0, None)
    if config.minutes:
        found = found or _outlook(page, dataset, config)
        return time_estimates.estimate_in_words(config, config.steps, None, found.said if found else None)
    contexts = 0 if config.steps else _context_count(dataset)
    if not contexts and not config.steps:
        return time_estimates.estimate_in_words(config, None, None)
    split = split_contexts([str(n) for n in range(contexts)], config.held_out_contexts, config.guard_contexts, 0)
    steps = config.planned_steps(len(split.train))
    return time_estimates.estimate_in_words(config, steps, time_estimates.find_earlier_times(page.workspace, config))


def minutes_to_offer(config: FinetuneConfig, held: Holding) -> int | None:
    """Minutes that hold the usual, where those of the settings do not and a visitor may have as many."""
    if not config.minutes or held.as_usual:
        return None
    return held.minutes if config.minutes < held.minutes <= current_caps().minutes else None


def _outlook(page: Page, dataset: Dataset, config: FinetuneConfig) -> Outlook | None:
    """What the minutes hold as the machine is now; None where nobody knows, or the file cannot be read."""
    try:
        folders = tuple(run.folder for run in page.workspace.runs())
        return _probe(dataset, dataset.path.stat().st_mtime_ns, config, folders, time.monotonic() // PROBE_LIFE)
    except (OutcomeRLError, OSError):
        return None


def _gflops(device: Any, dtype: Any, niceness: int) -> float:
    from ...models.speed import gflops_now  # which brings torch along

    return gflops_now(device, dtype, niceness)


probed_lately = Lately(_gflops)


@lru_cache(maxsize=8)
def _probe(
    dataset: Dataset, changed: int, config: FinetuneConfig, folders: tuple[Path, ...], since: float
) -> Outlook | None:
    from ...pipelines.planning import outlook  # which brings torch along

    return outlook(folders, config, dataset.read(), niceness=NICENESS, probe=probed_lately)


def _context_count(dataset: Dataset) -> int:
    """Different contexts of a file; 0 where it cannot be read."""
    try:
        return _count_contexts(dataset, dataset.path.stat().st_mtime_ns)
    except (OutcomeRLError, OSError):
        return 0


@lru_cache(maxsize=8)
def _count_contexts(dataset: Dataset, changed: int) -> int:
    return len(dataset.read().unique_contexts())


def own_payoffs(reward_model: Path) -> list[str]:
    """The payoffs that a reward model was trained with, in the order of the outcomes; empty where nobody knows."""
    payoffs = payoffs_if_any(reward_model)
    return [f"{payoff:g}" for payoff in payoffs] if payoffs else [""] * len(PAYOFFS)


def priced_outcomes(reward_model: Path) -> tuple[int, ...]:
    """The outcomes that a reward model can predict, so that it matters what they are worth; all where there is none."""
    return outcomes_of(figures_if_any(reward_model) or {})
