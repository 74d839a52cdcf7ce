"""Brings the commands together; importing a module of commands puts them into the application."""

from . import checking, comparing, keeping, training, writing  # noqa: F401
from .app import app

__all__ = ["app"]
