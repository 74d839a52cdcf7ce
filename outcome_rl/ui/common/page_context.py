"""What the tabs have in common."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr
from gradio.blocks import Block
from gradio.events import Dependency

from ...flags import flag
from ...runs.visitors import VisitorWorkspace
from ...runs.workspace import Workspace
from ...utils.files import folder_version
from . import html
from .run_watcher import RunSnapshot, RunWatcher
from .run_words import describe
from .shared_models import SharedModels
from .static import static_text

if TYPE_CHECKING:
    from .zero_gpu import Card

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "show_progress_on": []}
"""Gradio keeps the status of every output of a handler and hands them all on at each call of any handler; with none to
keep, a page beside a run at work takes half the processor.
"""
VIEWER: dict[str, Any] = {**QUIET, "queue": False}
"""Viewers and Stop answer at once, whatever waits in the queue."""
HEAVY: dict[str, Any] = {"concurrency_id": "heavy", "concurrency_limit": 1}
SCORING: dict[str, Any] = {"concurrency_id": "scoring", "concurrency_limit": 8}
"""Scoring of drafts, beside the other heavy work: those who wait for one reward model are scored together."""
Updates = dict[Block, Any]
"""New values of some of the page's parts."""
TONES = {"done": html.GOOD, "stopped": html.CAUTION, "failed": html.BAD, "interrupted": html.BAD}


class HasChange(Protocol):
    """A part of the page that tells when its value changes."""

    @property
    def change(self) -> Any:
        """The event, as :func:`gr.on` takes it."""


@dataclass
class ModelCache:
    """Keeps the model last used in each role loaded, until its folder changes; and ``reward_models``."""

    reward_models: SharedModels = field(default_factory=SharedModels)
    _loaded: dict[str, tuple[tuple[str, int], Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, role: str, source: str, load: Callable[[str], Any]) -> Any:
        """The model that ``load(source)`` gives; the one before it in this role is let go first, to save memory."""
        key = (source, folder_version(Path(source)))
        with self._lock:
            if role in self._loaded and self._loaded[role][0] == key:
                return self._loaded[role][1]
            self._loaded.pop(role, None)
            model = load(source)
            self._loaded[role] = (key, model)
            return model


@dataclass
class Page:
    """What every tab is built from."""

    demo: gr.Blocks
    workspace: Workspace
    watcher: RunWatcher
    models: ModelCache
    timer: gr.Timer
    chosen: gr.BrowserState
    card: Card | None = None
    """What lends a graphics card for writing, where something does."""
    login: bool = False
    """Whether visitors can log in with Hugging Face."""
    tabs: gr.Tabs | None = None
    endpoints: list[Callable[[], None]] = field(default_factory=list)
    """What adds endpoints for scripts; called outside the tabs, for gradio wants nothing else in them."""
    refresh_signal: gr.Textbox = field(init=False)
    """Changes whenever there may be something new to draw; nobody sees it."""

    def __post_init__(self) -> None:
        # gradio builds every output of a handler anew, also those that it skips: with one output each second instead
        # of all that the tabs show, a page on which nothing goes on costs next to nothing
        self.refresh_signal = gr.Textbox(visible="hidden", label="refresh signal")
        # when the page opens too: drawn at this change alone, everything is drawn once, not again a second later
        gr.on([self.demo.load, self.timer.tick], self._fingerprint, None, self.refresh_signal, **VIEWER)

    def _fingerprint(self) -> str:
        space = self.workspace
        seen = (self.watcher.fingerprint(), folder_version(space.reward_model), folder_version(space.policy))
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    def on_refresh(
        self,
        refresh: Callable[..., Any],
        state: gr.State,
        outputs: list[Any],
        watched: Sequence[HasChange] = (),
        unwatched: Sequence[Any] = (),
    ) -> None:
        """Draw whenever there may be something new or one of the ``watched`` inputs changes.

        ``refresh`` is called with the ``state`` that it gave before, with these and with the ``unwatched`` inputs, and
        gives first its new state.
        """
        events = [self.refresh_signal.change, *(box.change for box in watched)]
        on_change_latest(events, refresh, [state, *watched, *unwatched], [state, *outputs])

    def go_to(self, button: gr.Button, tab: str) -> None:
        """Let a button open another tab."""
        assert self.tabs is not None, "the tabs are made before what lies in them"
        opened = button.click(lambda: gr.Tabs(selected=tab), None, self.tabs, **VIEWER)
        opened.then(None, None, None, js=static_text("js/scroll_to_top.js"), api_visibility="private")

    def bring_up(self, button: gr.Button) -> None:
        """Let a button stand at the top of what is seen once it is pressed: what comes of it is told below."""
        script = static_text("js/bring_up.js").replace("ID", str(button.elem_id))
        button.click(None, None, None, js=script, api_visibility="private")

    def in_workspace(self, arguments: list[str]) -> list[str]:
        """The command a person would type, with the workspace where that is not the current folder."""
        if isinstance(self.workspace, VisitorWorkspace):
            return arguments  # at home they have a folder of their own
        elsewhere = self.workspace.root.resolve() != Path.cwd()
        return [*arguments, *(flag("workspace", self.workspace.root) if elsewhere else [])]


def on_change_latest(
    events: Sequence[Callable[..., Any]], action: Callable[..., Any], inputs: Any, outputs: Any, **queue: Any
) -> Dependency:
    """Do ``action`` at each of the ``events``, one at a time; what comes meanwhile has it done once more after that,
    with the newest inputs. It answers at once, or waits in the ``queue`` that is given as Gradio takes it.

    Gradio does this for a listener that waits, but then repeats its whole event, with all who listen: two that wait
    for one event would set each other off for ever once they overlap. Here the event's own listener never waits, and
    what follows it repeats nothing but itself.
    """
    event = gr.on(list(events), None, None, None, js=static_text("js/no_inputs.js"), trigger_mode="multiple", **VIEWER)
    return event.then(action, inputs, outputs, trigger_mode="always_last", **QUIET, **(queue or {"queue": False}))


def progress_html(view: RunSnapshot) -> str:
    """The run's state in words, with a bar and, where it died silently, its last lines."""
    words, fraction = describe(view)
    shown = fraction if view.running else None
    return html.progress(words, shown, TONES.get(view.state, html.PLAIN)) + html.console(view.console)


def format_number(value: Any, form: str) -> str:
    """A number in words, ``–`` where there is none."""
    return format(value, form) if isinstance(value, (int, float)) else "–"


def format_interval(value: Any, form: str) -> str:
    """``0.61 to 0.74``, or nothing."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return ""
    return f"{format_number(value[0], form)} to {format_number(value[1], form)}"
