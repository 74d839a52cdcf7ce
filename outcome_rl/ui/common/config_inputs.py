"""Inputs made from a settings class, and the settings and command-line flags made from what was typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from dataclasses import Field, dataclass, fields
from typing import Any, Generic, TypeVar

import gradio as gr

from ...config_fields import Checked
from ...errors import ConfigError
from ...security.capped_settings import cap_of, within_caps
from ...security.caps import current_caps
from ..words.settings import NO_LESS, SettingsWords
from . import html
from .static import static_text

Config = TypeVar("Config", bound=Checked)
Input = gr.Dropdown | gr.Checkbox | gr.Textbox | gr.Number
Choices = list[tuple[str, str]]
"""What is shown, and the value that it stands for."""


@dataclass(frozen=True)
class Inputs(Generic[Config]):
    """The page's inputs for one settings class, in the order of ``names``; ``fold``: where those for engineers are."""

    config: type[Config]
    names: list[str]
    components: list[Input]
    fold: gr.Accordion
    plain: dict[str, str]
    """What those for everybody are called."""
    own_models: Callable[[], Container[str]] = tuple
    """Names of models that the visitor may use besides those that are offered."""

    def of(self, name: str) -> Input:
        """The input of one setting."""
        return self.components[self.names.index(name)]

    def read(self, values: Sequence[Any]) -> Config:
        """The settings that were typed; an empty field means its default.

        Raises:
            ConfigError: a value is outside its limits or above what is allowed here; the message names it.
        """
        typed, specs = {}, {spec.name: spec for spec in fields(self.config)}
        for name, value in zip(self.names, values, strict=True):
            value = value.strip() if isinstance(value, str) else value
            if value is not None and value != "":
                typed[name] = _parse_number(name, value) if specs[name].default is None else value
        return within_caps(self.config.from_dict(typed), own=self.own_models())

    def error_message(self, error: Exception) -> str:
        """A sentence about what was typed, which :func:`create_message` shows beside its field too."""
        name, _, said = str(error).partition(": ")
        field = self.of(name).elem_id if name in self.names else ""
        if name in self.plain:
            allowed = _allowed(self.config, name)
            return html.sentence(f"“{self.plain[name]}”: {allowed}", html.BAD, field=field or "", said=allowed)
        return html.sentence(str(error), html.BAD, field=field or "", said=said)


def create_message(elem_id: str) -> gr.HTML:
    """Where mistakes are shown; one about a single field is repeated inside that field, which may be far above it."""
    return gr.HTML(elem_id=elem_id, js_on_load=static_text("js/field_message.js"))


def create_inputs(
    config: type[Config],
    prefix: str,
    words: SettingsWords,
    initial: dict[str, Any] | None = None,
    suggestions: dict[str, Choices] | None = None,
    first: Sequence[str] = (),
    own_models: Callable[[], Container[str]] = tuple,
) -> Inputs[Config]:
    """Draw the inputs: those for everybody in a row or in folds of their own, the others in groups inside a fold, which
    the caller renders.

    ``initial`` replaces what a field starts with on the page. ``suggestions`` lists values for a field that takes
    others as well. ``first`` and then the settings for everybody lead the order that scripts give them in.
    ``own_models``: as :class:`Inputs` has it.
    """
    specs, made = {spec.name: spec for spec in fields(config)}, dict[str, Input]()
    initial, suggestions = initial or {}, suggestions or {}

    def draw(names: Sequence[str]) -> None:
        with gr.Row(equal_height=True, elem_classes="orl-fields"):
            for name in names:
                made[name] = _input(config, specs[name], prefix, words, initial, suggestions.get(name))

    if words.plain:
        draw(list(words.plain))
    for place, group in enumerate(each for each in words.groups if each.apart):
        with gr.Accordion(group.title, open=False, elem_id=f"{prefix}-apart-{place}"):
            if group.about:
                gr.HTML(html.aside(group.about))
            draw(list(group.names))
    with gr.Accordion(words.fold, open=False, render=False, elem_id=f"{prefix}-advanced") as fold:
        for group in (each for each in words.groups if not each.apart):
            gr.Markdown(f"**{group.title}**")
            if group.about:
                gr.HTML(html.aside(group.about))
            draw(list(group.names))
        draw([name for name in specs if name not in made])  # a setting that has no group yet
    plain = [name for name, spec in specs.items() if not spec.metadata["advanced"]]
    order = list(dict.fromkeys([*first, *plain, *specs]))
    return Inputs(config, order, [made[name] for name in order], fold, words.plain, own_models)


def _input(
    config: type[Checked],
    spec: Field,
    prefix: str,
    words: SettingsWords,
    initial: dict[str, Any],
    suggestions: Choices | None,
) -> Input:
    meta = spec.metadata
    value = initial.get(spec.name, spec.default)
    common: dict[str, Any] = {
        "label": words.label(spec.name),
        "info": _plain_info(config, spec, words) or _help_text(config, spec),
        "elem_id": f"{prefix}-{spec.name}",
        "min_width": 220,
        "interactive": True,
    }
    if suggestions:
        return gr.Dropdown(suggestions, value=value, allow_custom_value=True, **common)
    if isinstance(spec.default, bool):
        return gr.Checkbox(value, **common)
    if meta["choices"]:
        called = words.choices.get(spec.name, {})
        return gr.Dropdown([(called.get(name, name), name) for name in meta["choices"]], value=value, **common)
    if str(spec.type).startswith("str"):
        return gr.Textbox(value, max_lines=1, max_length=300, **common)
    if spec.default is None:  # gr.Number shows an empty value as 0, which means something else
        return gr.Textbox(None if value is None else str(value), max_lines=1, placeholder="automatic", **common)
    whole = str(spec.type).startswith("int")
    return gr.Number(value, precision=0 if whole else None, step=1 if whole else _step(value), **common)


def _parse_number(name: str, typed: Any) -> float:
    """What a field for an optional number holds; whole numbers stay whole."""
    try:
        value = float(typed)
        return int(value) if value == int(value) else value
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(f"{name}: '{str(typed)[:40]}' is not a number") from None


def _plain_info(config: type[Checked], spec: Field, words: SettingsWords) -> str:
    """The plain explanation, with what is allowed here where that is less than elsewhere; empty where there is none."""
    plain, bound, high = words.info.get(spec.name, ""), cap_of(config, spec.name), spec.metadata["high"]
    most = getattr(current_caps(), bound) if bound else None
    capped = plain and most is not None and high is not None and most < high
    return f"{plain} At most {most:g} here." if capped else plain


def _help_text(config: type[Checked], spec: Field) -> str:
    """The help with the limits; the limits are checked when the settings are made, so that one message serves all."""
    help, low, high = (spec.metadata[key] for key in ("help", "low", "high"))
    bound = cap_of(config, spec.name)
    if bound and high is not None:
        high = min(high, getattr(current_caps(), bound))
    if low is None or high is None or abs(high) > 100_000:
        return help
    return f"{help} ({low:g} to {high:g})"


def _allowed(config: type[Checked], name: str) -> str:
    """What may be typed into a field for a number that everybody sees."""
    spec = next(spec for spec in fields(config) if spec.name == name)
    low, high, bound = spec.metadata["low"], spec.metadata["high"], cap_of(config, name)
    most = getattr(current_caps(), bound) if bound else None
    if low is None or high is None:
        return "Choose one from the list."
    why = NO_LESS.get(name, "")
    if most is None or most >= high:
        return f"Give a number of at least {max(low, 1):g}{why}."
    return f"Give a number from {max(low, 1):g} to {most:g}{why}."


def _step(value: float | None) -> float:
    """How far an arrow key moves a number: one unit of its leading digit, a tenth for round numbers."""
    if not value:
        return 0.1
    magnitude = 10.0 ** math.floor(math.log10(abs(value)))
    return magnitude / 10 if magnitude == abs(value) else magnitude
