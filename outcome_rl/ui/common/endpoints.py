"""Endpoints for scripts: functions of plain values, which are checked before anything is done with them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import gradio as gr

from ...text.quoted import quote

KINDS: dict[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "a text"),
    dict: ((dict,), "an object with names and values"),
    list: ((list, tuple), "a list"),
    int: ((int,), "a whole number"),
}
"""Of a type of an argument: what may be given for it, and what that is called."""


def add_endpoint(action: Callable[..., Any], **options: Any) -> None:
    """``gr.api``; whoever gives an argument of another type than the endpoint's description names is told so."""
    hints, signature = get_type_hints(action), inspect.signature(action)

    @functools.wraps(action)
    def checked(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        for name, value in bound.arguments.items():
            if hints.get(name) is int and isinstance(value, float) and value.is_integer():
                bound.arguments[name] = value = int(value)  # some programs write every number so
            if value != signature.parameters[name].default and (wanted := _wanted(hints.get(name), value)):
                raise gr.Error(f"{name}: {quote(str(value), 40)} is not {wanted}", print_exception=False)
        return action(*bound.args, **bound.kwargs)

    gr.api(checked, **options)


def _wanted(hint: Any, value: Any) -> str:
    """What has to be given for a type, where the value is something else; settings check the rest themselves."""
    kind = get_origin(hint) or hint
    if kind not in KINDS:
        return ""
    allowed, called = KINDS[kind]
    if not isinstance(value, allowed):
        return called
    items: Any = value if kind is list and get_args(hint) else ()
    return next((f"a list, each of it {said}" for item in items if (said := _wanted(get_args(hint)[0], item))), "")
