"""The outcome that a word comes to in a table whose rows stand for themselves."""

from __future__ import annotations

from ..data.outcomes import LEFT_OUT
from .meanings import Meaning

MEANT = {
    Meaning.CONVERSION: 2,
    Meaning.REPLY: 1,
    Meaning.NEGATIVE: 0,
    Meaning.UNSUBSCRIBED: 0,
    Meaning.AUTOMATIC: 0,
    Meaning.NONE: 0,
    Meaning.DISMISSED: 0,
    Meaning.SILENT: 0,
    Meaning.RUNNING: LEFT_OUT,
    Meaning.BOUNCED: LEFT_OUT,
    Meaning.UNSENT: LEFT_OUT,
    Meaning.BLOCKED: LEFT_OUT,
    Meaning.SKIP: LEFT_OUT,
}
"""The outcome that each meaning of a word comes to where a row stands for itself."""
