"""The command line's application, and the options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..config import Columns, ExportSettings
from .options import OptionsFrom

CALLED_ELSEWHERE = {"compare": "evaluate"}
"""What the library calls a command, where its spelling alone does not lead to it."""


class Commands(TyperGroup):
    """All commands; one by the library's name is told the right one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was typed. Raises a UsageError where there is none of that name."""
        if args and (meant := CALLED_ELSEWHERE.get(args[0])):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{meant}'?")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    help="Learn from the outcomes of sales emails, then write emails that are expected to convert.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None,
    typer.Argument(
        help="CSV with the columns context, email_text, outcome; not needed with --sample", show_default=False
    ),
]
MaybeData = Annotated[
    Path | None,
    typer.Argument(
        help="CSV with the columns context, email_text, outcome; not needed with --sample or --resume",
        show_default=False,
    ),
]
Sample = Annotated[
    bool, typer.Option("--sample", help="use the sample data that comes with the program instead of DATA")
]
Json = Annotated[
    bool, typer.Option("--json", help="print the result as one JSON object on the last line of standard output")
]
Root = Annotated[Path, typer.Option("--workspace", envvar="OUTCOME_RL_WORKSPACE", help="folder that holds outputs/")]
RunName = Annotated[
    str | None,
    typer.Option("--run-name", help="what to call the run (default: the time and the kind)", show_default=False),
]
Resume = Annotated[
    str | None,
    typer.Option(
        "--resume",
        help="go on with this run, with its own settings; --minutes, --steps, --epochs, the learning rates and "
        "--micro-batch-size may be new",
        show_default=False,
    ),
]
ResumeAsItWas = Annotated[
    str | None, typer.Option("--resume", help="go on with this run, with its own settings", show_default=False)
]
Out = Annotated[Path | None, typer.Option("--out", help="folder for the result", show_default=False)]
OutFile = Annotated[Path | None, typer.Option("--out", help="CSV file for the result", show_default=False)]
OutParts = Annotated[
    Path | None,
    typer.Option("--out", help="CSV file for the result; with --engine ray a folder", show_default=False),
]
Facts = Annotated[
    Path | None,
    typer.Option(
        "--facts",
        help="text file with what emails may say beyond the context: product, prices, results, customers",
        show_default=False,
    ),
]
ApprovedSentences = Annotated[
    Path | None,
    typer.Option(
        "--sentences",
        help="CSV from the command 'sentences', with 'no' beside each sentence that must not be used",
        show_default=False,
    ),
]
RewardDir = Annotated[
    Path | None,
    typer.Option(
        "--reward-model", help="folder of a trained reward model (default: outputs/reward_model)", show_default=False
    ),
]

EXPORT_OPTIONS = OptionsFrom(ExportSettings, panel="Settings for exports")
COLUMN_OPTIONS = OptionsFrom(
    Columns, rename=(("context", "context_column"), ("email", "email_column"), ("outcome", "outcome_column"))
)
