"""All that stands before the page, in its order; and the workspace of a Space."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from ...errors import ConfigError
from ...runs.jobs import start_waiting
from ...runs.visitors import VisitorWorkspace, keep_house, note_clock_change
from ...runs.workspace import Workspace
from ...security.caps import Caps, current_caps
from ...security.ownership import Ownership, remove_halves
from ...security.visitor_ids import load_ids
from ...utils.cpu import give_back_freed_memory
from ..common.live_chart import library_file
from ..common.run_watcher import RunWatcher
from ..common.turns import Turns
from ..common.visits import current_visitor
from .bodies import BodyLimitMiddleware
from .calls import CallCheckMiddleware
from .finished_calls import FinishedCallsMiddleware
from .host_check import HostCheckMiddleware
from .lasting_files import LastingFilesMiddleware
from .login import LoginMiddleware
from .opened_page import OpenedPageMiddleware
from .own_files import OwnFilesMiddleware
from .status_line import StatusLineMiddleware
from .visitor_gate import VisitorGate

HOUSEKEEPING, TURNS = 60.0, 2.0
"""Seconds between two looks at what visitors have left, and at whose turn it is."""


def visitors_workspace(folder: Path) -> VisitorWorkspace:
    """A workspace for each visitor, in ``folder``; jobs are told where all of them lie."""
    home = folder / "visitors"
    os.environ["OUTCOME_RL_VISITORS"] = str(home)
    return VisitorWorkspace(home, current_visitor)


def middleware(workspace: Workspace, host: str, check_host: bool, allowed_hosts: Sequence[str]) -> list[Middleware]:
    """What a request passes, the first one first: the host, the login, how long it is kept, the size, the visitor, then
    the page.
    """
    caps, chain = current_caps(), []
    if check_host:
        chain.append(Middleware(HostCheckMiddleware, host=host, extra=[*allowed_hosts, *own_names()]))
    if login := required_login():
        chain.append(Middleware(LoginMiddleware, login=login))
    chain.append(Middleware(LastingFilesMiddleware))
    chain.append(Middleware(BodyLimitMiddleware, caps=caps))
    owned = None
    if isinstance(workspace, VisitorWorkspace):
        owned = Ownership(Path(get_upload_folder()).resolve(), workspace.served, [library_file()], caps.uploads)
        secure, ids = bool(os.environ.get("SPACE_HOST")), load_ids(workspace.home)
        chain.append(Middleware(VisitorGate, ids=ids, workspace=workspace, owned=owned, caps=caps, secure=secure))
    chain.append(Middleware(OwnFilesMiddleware, workspace=workspace, caps=caps, owned=owned))
    watcher = RunWatcher(workspace, Turns(workspace).of)
    chain.append(Middleware(OpenedPageMiddleware, watcher=watcher))
    chain.append(Middleware(StatusLineMiddleware, watcher=watcher))
    chain.append(Middleware(CallCheckMiddleware, caps=caps))
    chain.append(Middleware(FinishedCallsMiddleware))
    return chain


def own_names() -> list[str]:
    """Names that the page is reached under besides: a Space's own, and those in ``OUTCOME_RL_ALLOWED_HOSTS``."""
    named = [os.environ.get("SPACE_HOST", ""), *os.environ.get("OUTCOME_RL_ALLOWED_HOSTS", "").split(",")]
    return [name.strip() for name in named if name.strip()]


def required_login() -> str | None:
    """``user:password`` where the owner asks for one. Raises ConfigError where it is not written so."""
    login = os.environ.get("OUTCOME_RL_AUTH", "")
    if login and not all(login.partition(":")):
        raise ConfigError("OUTCOME_RL_AUTH: is not user:password; write both with a colon between them")
    return login or None


def start_housekeeping(workspace: Workspace, caps: Caps) -> threading.Event | None:
    """Look after what visitors leave, and begin what waits for its turn, now and again until the event is set; None
    where there are no visitors.
    """
    if not isinstance(workspace, VisitorWorkspace):
        return None
    ended = threading.Event()

    def look() -> None:
        ahead = time.time() - time.monotonic()
        while not ended.wait(HOUSEKEEPING):
            before, ahead = ahead, time.time() - time.monotonic()
            try:
                note_clock_change(workspace.home, ahead - before)
                keep_house(workspace.home, caps)
                remove_halves(Path(get_upload_folder()), time.time())
            except Exception:  # a file that is deleted meanwhile; it is looked at again
                logging.getLogger(__name__).exception("housekeeping failed")
            give_back_freed_memory()  # each thread that has answered somebody keeps what it took for it

    def begin() -> None:
        while not ended.wait(TURNS):
            try:
                start_waiting(workspace)
            except Exception:  # as above
                logging.getLogger(__name__).exception("no run was begun")

    threading.Thread(target=look, name="housekeeping", daemon=True).start()
    threading.Thread(target=begin, name="turns", daemon=True).start()
    return ended
