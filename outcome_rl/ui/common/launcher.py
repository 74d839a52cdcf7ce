"""The buttons that start and stop a run, and the command that does the same in a terminal."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, get_type_hints

import gradio as gr

from ...data.dataset import require_trainable
from ...errors import ConfigError, OutcomeRLError, RunChoiceError, RunError
from ...flags import flag
from ...runs import jobs
from ...runs.commands import command_line
from ...runs.run import Run
from ..words.names import COMMAND, NOTHING_RUNS
from .config_inputs import Config, Inputs
from .datasets import Dataset, display_path, resolve
from .endpoints import add_endpoint
from .facts import store_facts
from .failures import api_call, attempt
from .page_context import QUIET, VIEWER, Page, on_change_latest
from .run_watcher import RunSnapshot

STARTING: dict[str, Any] = {"concurrency_id": "start", "concurrency_limit": 1}
STARTER: dict[str, Any] = {**STARTING, **QUIET}


@dataclass(frozen=True)
class Launcher(Generic[Config]):
    """Starts runs of ``kind`` and stops runs of ``kinds``; ``arguments`` makes the command line of the settings."""

    kind: str
    kinds: Collection[str]
    inputs: Inputs[Config]
    arguments: Callable[[Page, Dataset, Config], list[str]]
    start: gr.Button
    stop: gr.Button
    message: gr.HTML
    command: gr.Textbox
    facts: gr.Textbox | None = None
    """Where what may be said in emails is typed; None where nothing is written."""
    more: Callable[[Page, Dataset, str], list[str]] = lambda page, dataset, facts: []
    """Further arguments for these facts, which take time to find."""

    def wire(
        self,
        page: Page,
        start_name: str,
        stop_name: str,
        preview_events: Sequence[Callable[..., Any]],
        check: Callable[[Config], None] = lambda config: None,
    ) -> None:
        """Connect the buttons under these names of the API; ``check`` raises where nothing can be started with these
        settings yet. ``preview_events``: when the command is to be shown, besides changes of the settings.
        """

        def stop() -> str:
            return attempt(lambda: self.stop_run(page))

        def preview(chosen: Any, *values: Any) -> tuple[Any, str]:
            try:
                arguments = self.arguments(page, resolve(page.workspace, chosen), self.inputs.read(values))
            except OutcomeRLError as error:
                return "", self.inputs.error_message(error)
            return command_line(page.in_workspace([self.kind, *arguments])), ""

        settings = [page.chosen, *self.inputs.components]
        typed = [*settings, *([self.facts] if self.facts else [])]
        page.bring_up(self.start)
        self.start.click(lambda *given: self._start(page, given, check), typed, self.message, **STARTER)
        self.stop.click(stop, None, self.message, **VIEWER)
        changes = [*preview_events, *(box.change for box in self.inputs.components)]
        on_change_latest(changes, preview, settings, [self.command, self.message])
        page.endpoints.append(lambda: self._expose_api(page, start_name, stop_name, check))

    def wire_other(
        self, page: Page, button: gr.Button, change: Callable[[Config], Config], check: Callable[[Config], None]
    ) -> None:
        """Another button that starts the same with settings that ``change`` makes of those that were typed. Scripts
        give these themselves.
        """
        typed = [page.chosen, *self.inputs.components, *([self.facts] if self.facts else [])]
        page.bring_up(button)
        button.click(lambda *given: self._start(page, given, check, change), typed, self.message, **STARTER)

    def _start(
        self,
        page: Page,
        given: Sequence[Any],
        check: Callable[[Config], None],
        change: Callable[[Config], Config] = lambda config: config,
    ) -> str:
        """Start with what stands in the form; what went wrong, beside its field where it is one's."""
        values, facts = self._parted(tuple(given[1:]))
        try:
            self.inputs.read(values)
        except ConfigError as error:
            return self.inputs.error_message(error)
        return attempt(lambda: self.start_run(page, given[0], values, check, facts, change))

    def _parted(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        """The settings, and what may be said."""
        count = len(self.inputs.components)
        return values[:count], str(values[count] or "") if len(values) > count else ""

    def start_run(
        self,
        page: Page,
        chosen: Any,
        values: Sequence[Any],
        check: Callable[[Config], None],
        facts: str = "",
        change: Callable[[Config], Config] = lambda config: config,
    ) -> Run:
        """Start a run on this data with these settings; a mistake shows here, before there is a process.

        ``facts``: what emails may say. ``change``: what is made of the settings.

        Raises:
            OutcomeRLError: the settings or the data cannot be used, or another run is at work.
        """
        dataset, config = resolve(page.workspace, chosen), change(self.inputs.read(values))
        check(config)
        require_trainable(dataset.read())
        file = store_facts(page.workspace, facts)
        said = [*(flag("facts", display_path(file)) if file else []), *self.more(page, dataset, facts.strip())]
        return jobs.start(page.workspace, self.kind, [*self.arguments(page, dataset, config), *said])

    def stop_run(self, page: Page) -> Run:
        """Ask the run at work to stop. Raises RunError where there is none."""
        view = page.watcher.snapshot(self.kinds)
        if not view.running or view.run is None:
            raise RunError(NOTHING_RUNS)
        jobs.stop(view.run)
        return view.run

    def _expose_api(self, page: Page, start_name: str, stop_name: str, check: Callable[[Config], None]) -> None:
        """The same for scripts: settings by their names, a run's name as the result, errors as errors."""

        def start(data: Any, *values: Any) -> str:
            values, facts = self._parted(values)
            return api_call(lambda: self.start_run(page, data, values, check, facts)).name

        def stop() -> str:
            """Ask the run to stop after the step it is in; gives its name."""
            return api_call(lambda: self.stop_run(page)).name

        start.__name__, stop.__name__ = start_name, stop_name  # what the tools are called that assistants see
        add_endpoint(
            _with_settings(start, self.kind, self.inputs, self.facts is not None), api_name=start_name, **STARTING
        )
        add_endpoint(stop, api_name=stop_name, queue=False)


def resume_run(page: Page, view: RunSnapshot) -> Run:
    """Go on with a run.

    Raises:
        RunChoiceError: there is none, or it cannot be gone on with.
        RunError: another run is at work.
    """
    if view.run is None:
        raise RunChoiceError("there is no run to go on with")
    if not view.resumable():
        raise RunChoiceError(f"run '{view.run.name}' has not been stopped or interrupted, or cannot be gone on with")
    jobs.resume(page.workspace, view.run)
    return view.run


def _with_settings(start: Callable[..., str], kind: str, inputs: Inputs[Any], facts: bool) -> Callable[..., str]:
    """Give a function of data and settings the names, types and explanations of these settings."""
    hints, specs = get_type_hints(inputs.config), {spec.name: spec for spec in fields(inputs.config)}
    place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("data", place, annotation=dict)]
    for name in inputs.names:
        parameters.append(inspect.Parameter(name, place, default=specs[name].default, annotation=hints[name]))
    lines = [f"    {name}: {specs[name].metadata['help']}" for name in inputs.names]
    if facts:
        parameters.append(inspect.Parameter("facts", place, default="", annotation=str))
        lines.append("    facts: what the emails may say, one a line: prices, customers, results, names")
    start.__signature__ = inspect.Signature(parameters, return_annotation=str)  # type: ignore[attr-defined]
    start.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": str}
    start.__doc__ = "\n".join(
        [f"Start {kind} in a process of its own; gives the run's name.", "", "Args:",
         "    data: what upload_data or use_sample gave", *lines]
    )  # fmt: skip
    return start


def create_command(elem_id: str, label: str = COMMAND) -> gr.Textbox:
    """Where the command is shown."""
    return gr.Textbox(label=label, interactive=False, lines=1, buttons=["copy"], elem_id=elem_id)
