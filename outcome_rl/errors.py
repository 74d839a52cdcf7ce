"""Mistakes that a user can repair; each message names the place, the problem and what is allowed."""

from __future__ import annotations


class OutcomeRLError(Exception):
    """Base of every error whose message is meant for the user. ``exit_code`` is the process's status."""

    exit_code = 1


class ConfigError(OutcomeRLError):
    """A setting is out of range or contradicts another one."""

    exit_code = 2


class DataError(OutcomeRLError):
    """A file of emails cannot be used as it is; ``remedy`` is what to type in a terminal about it."""

    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ModelError(OutcomeRLError):
    """A model cannot be found or read."""

    exit_code = 2


class RunError(OutcomeRLError):
    """A run cannot be started, resumed or finished."""


class PeerLost(RunError):
    """Another of the processes that share a run has ended or does not answer."""


class RunChoiceError(RunError):
    """The run that was named is not there, has another kind, or is not free."""

    exit_code = 2
