"""What goes wrong on the page, told to the visitor who pressed a button or to the script that called an endpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from ...errors import OutcomeRLError
from ...utils.files import unnamed_disk_error
from ..words.errors import in_sellers_words
from . import html

T = TypeVar("T")


def error_text(error: Exception) -> str:
    """What to tell the visitor; what nobody foresaw goes to the server's log with all its details."""
    if isinstance(error, OSError):
        return str(unnamed_disk_error(error) or error)
    if isinstance(error, OutcomeRLError):
        return str(error)
    logging.getLogger(__name__).error("a handler failed", exc_info=error)
    return f"Unexpected {type(error).__name__}: {error}"


def refusal(error: Exception, more: str = "") -> str:
    """The same as the page shows it, in the words of people who sell; ``more`` is said after it."""
    return html.sentence(f"{in_sellers_words(error_text(error))} {more}".strip(), html.BAD)


def attempt(action: Callable[[], Any]) -> str:
    """Do what a button asks for; what went wrong as a sentence, or nothing."""
    try:
        action()
    except Exception as error:  # the outermost layer
        return refusal(error)
    return ""


def api_call(action: Callable[[], T]) -> T:
    """What ``action`` returns, for an endpoint.

    Raises:
        gr.Error: something went wrong; the script that called gets the message.
    """
    try:
        return action()
    except Exception as error:  # the outermost layer
        raise gr.Error(error_text(error), print_exception=False) from None
