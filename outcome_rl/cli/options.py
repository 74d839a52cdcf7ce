"""Command-line options made from the config dataclasses, so that every default has one home."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer


@dataclass(frozen=True)
class From:
    """Options of one config class: its fields but ``leave_out``, each with ``prefix``, some under other names."""

    config: type
    prefix: str = ""
    rename: tuple[tuple[str, str], ...] = ()
    leave_out: tuple[str, ...] = ()

    def option(self, field: str) -> str:
        """The option's name in Python, such as ``reward_batch_size``."""
        return dict(self.rename).get(field, f"{self.prefix}{field}")

    def parameters(self) -> list[inspect.Parameter]:
        hints = get_type_hints(self.config)
        kept = [spec for spec in fields(self.config) if spec.name not in self.leave_out]
        return [
            inspect.Parameter(
                self.option(spec.name),
                inspect.Parameter.KEYWORD_ONLY,
                default=spec.default,
                annotation=Annotated[
                    hints[spec.name],
                    typer.Option(
                        f"--{self.option(spec.name).replace('_', '-')}",
                        help=_help(spec.metadata),
                        rich_help_panel="Settings",
                    ),
                ],
            )
            for spec in kept
        ]

    def build(self, given: dict[str, Any]) -> Any:
        """Take this config's values out of ``given``. Raises ConfigError where one is out of range."""
        names = {spec.name: self.option(spec.name) for spec in fields(self.config) if spec.name not in self.leave_out}
        return self.config(**{name: given.pop(option) for name, option in names.items()})


def with_options(**sources: From) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of some configs; it receives the built config under each keyword."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(command, include_extras=True)
        own = [
            p.replace(annotation=hints[n]) for n, p in inspect.signature(command).parameters.items() if n not in sources
        ]
        made = [parameter for source in sources.values() for parameter in source.parameters()]

        def wrapped(**given: Any) -> Any:
            configs = {name: source.build(given) for name, source in sources.items()}
            return command(**given, **configs)

        wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
        signature = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + made
        wrapped.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in signature}
        return wrapped

    return decorate


def _help(meta: Any) -> str:
    """The field's explanation; what is allowed is added where it is a list of words."""
    return meta["help"] + (f" ({' or '.join(meta['choices'])})" if meta["choices"] else "")
