"""Brings the commands together; importing a module of commands puts them into the application."""

from __future__ import annotations

from . import check, doctor, evaluate, generate, import_export, insights, runs, sentences, serve, train  # noqa: F401
from .app import app

__all__ = ["app"]
