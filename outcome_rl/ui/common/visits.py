"""Which visitor a handler works for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import gradio as gr
from gradio.context import LocalContext

from ...security.hub_accounts import Account

SCOPE = "outcome_rl.visitor"
"""Where a request carries its visitor's id; only the server can write there."""
ACCOUNT = "outcome_rl.account"
"""Where it carries who has logged in, with their token, for as long as it lasts."""
T = TypeVar("T")
_named: ContextVar[str | None] = ContextVar("named", default=None)


def current_visitor() -> str | None:
    """The visitor whose request is being answered, or None outside of one.

    Gradio says which request a handler works for. Its queue goes on in the context of whichever request came first, so
    nothing else can be trusted there.
    """
    scope = _scope()
    return _named.get() if scope is None else scope.get(SCOPE)


def current_account() -> Account | None:
    """Who has logged in of those whose request is being answered, or None."""
    return (_scope() or {}).get(ACCOUNT)


def _scope() -> dict[str, Any] | None:
    request: Any = LocalContext.request.get(None)
    if isinstance(request, list):
        request = request[0] if request else None
    if request is None:
        return None
    plain = request.request if isinstance(request, gr.Request) else request
    return getattr(plain, "scope", {})


def for_visitor(visitor: str | None, action: Callable[..., T], *arguments: Any) -> T:
    """Do something outside of gradio for a visitor."""
    with _naming(visitor):
        return action(*arguments)


@contextmanager
def _naming(visitor: str | None) -> Iterator[None]:
    token = _named.set(visitor)
    try:
        yield
    finally:
        _named.reset(token)
