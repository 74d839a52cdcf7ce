"""Command-line options made from the config dataclasses, so that every default has one home."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer

from ..errors import ConfigError
from ..flags import option_name


@dataclass(frozen=True)
class OptionsFrom:
    """Options of one config class: its fields but ``leave_out``, each with ``prefix``, some under other names."""

    config: type
    prefix: str = ""
    rename: tuple[tuple[str, str], ...] = ()
    leave_out: tuple[str, ...] = ()
    panel: str = "Settings"

    def parameter_name(self, field: str) -> str:
        """The option's name in Python, such as ``reward_batch_size``."""
        return dict(self.rename).get(field, f"{self.prefix}{field}")

    def parameters(self) -> list[inspect.Parameter]:
        """One keyword for each field; None stands for "not given", the help shows the default all the same."""
        hints = get_type_hints(self.config)
        kept = [spec for spec in fields(self.config) if spec.name not in self.leave_out]
        return [
            inspect.Parameter(
                self.parameter_name(spec.name),
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[
                    hints[spec.name] | None,
                    typer.Option(
                        option_name(self.parameter_name(spec.name)),
                        help=_help_text(spec),
                        show_default=False,
                        rich_help_panel=self.panel,
                    ),
                ],
            )
            for spec in kept
        ]

    def build(self, values: dict[str, Any]) -> Any:
        """The config with these values. Raises ConfigError, which names the option where it is one's value."""
        try:
            return self.config(**values)
        except ConfigError as error:
            field, _, wrong = str(error).partition(": ")
            if field not in values:
                raise
            raise ConfigError(f"{option_name(self.parameter_name(field))}: {wrong}") from None

    def pop_values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Take this config's settings out of ``given``: those that were typed, by the field's name."""
        names = (spec.name for spec in fields(self.config) if spec.name not in self.leave_out)
        typed = {name: given.pop(self.parameter_name(name)) for name in names}
        return {name: value for name, value in typed.items() if value is not None}


def with_options(**sources: OptionsFrom) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of some configs; it receives the built config under each keyword.

    A command with a parameter ``typed`` also receives the names of the fields that were typed, for each keyword.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(command, include_extras=True)
        wanted = inspect.signature(command).parameters
        own = [p.replace(annotation=hints[n]) for n, p in wanted.items() if n not in {*sources, "typed"}]
        made = [parameter for source in sources.values() for parameter in source.parameters()]

        def wrapped(**given: Any) -> Any:
            values = {name: source.pop_values(given) for name, source in sources.items()}
            configs = {name: sources[name].build(found) for name, found in values.items()}
            extra = {"typed": {name: set(found) for name, found in values.items()}} if "typed" in wanted else {}
            return command(**given, **configs, **extra)

        wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
        signature = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + made
        wrapped.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in signature}
        return wrapped

    return decorate


def _help_text(spec: Field) -> str:
    """The field's explanation, what is allowed where it is a list of words, and the default."""
    choices = spec.metadata["choices"]
    allowed = f" ({', '.join(choices[:-1])} or {choices[-1]})" if choices else ""
    default = "" if spec.default in (None, "") else f" (default: {spec.default})"
    return spec.metadata["help"] + allowed + default
