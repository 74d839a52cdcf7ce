"""Brings the commands together; importing a module of commands puts them into the application."""

from __future__ import annotations

from . import (  # noqa: F401
    check,
    doctor,
    evaluate,
    generate,
    import_export,
    insights,
    runs,
    sends,
    sentences,
    serve,
    train,
)
from .app import app

__all__ = ["app"]
