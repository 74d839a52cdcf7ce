"""Commands that use what was trained: generate, score, try."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import events as ev
from ..api.recipients import read_recipients
from ..config import BEST_OF, FREE, ONE_PROCESS, OWN_WORDS, RAY, SamplingConfig
from ..data.csv_io import write_rows
from ..data.dataset import Columns, iterate_pairs, read_contexts, sample_file
from ..errors import ConfigError
from ..importers.recipients import Recipients
from ..runs.workspace import Workspace
from . import display
from .app import Json, OutParts, RewardDir, Root, app
from .engine import Address, Engine, PartRows, finish_in_parts, parts_folder
from .options import OptionsFrom, with_options
from .run_session import guess_pairs

Model = Annotated[
    str | None,
    typer.Option("--model", help="a tuned model's folder or a model's name (default: the tuned model, else the base)"),
]
Candidates = Annotated[
    int, typer.Option("--candidates", min=1, max=256, help="emails for each context, the best first")
]
BestOf = Annotated[
    int | None,
    typer.Option(
        "--best-of",
        min=1,
        max=256,
        help="emails written for each context, of which the --candidates best are kept "
        f"(default: {BEST_OF[OWN_WORDS]} in own words, {BEST_OF[FREE]} free)",
        show_default=False,
    ),
]
SAMPLING = OptionsFrom(SamplingConfig)
CONTEXTS_HELP = "table with a column context, or with columns to describe people by; or a text with one a line"
TEST_CONTEXTS = 8
"""How many of the sample contexts the original test script had; they lead the file."""
GUESSES = (
    "the reward model is not clearly better than guessing on the emails that it learned from, so what it expects of "
    "these is not shown; --json and --out have its figures all the same"
)


@app.command()
@with_options(sampling=SAMPLING)
def generate(
    sampling: SamplingConfig,
    context: Annotated[
        list[str] | None,
        typer.Option("--context", help="who the email is for; can be repeated", show_default=False),
    ] = None,
    contexts: Annotated[Path | None, typer.Option("--contexts", help=CONTEXTS_HELP, show_default=False)] = None,
    model: Model = None,
    reward_model: RewardDir = None,
    candidates: Candidates = 1,
    best_of: BestOf = None,
    merge_fields: Annotated[
        bool,
        typer.Option(
            "--merge-fields",
            help="leave merge fields open, and write them instead of a recipient's name and company; without it "
            "they are filled from the columns of --contexts",
        ),
    ] = False,
    out: OutParts = None,
    engine: Engine = ONE_PROCESS,
    address: Address = None,
    part_rows: PartRows = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """Write emails, with the outcome that the reward model expects and what the checks find.

    A file of --contexts may have further columns, as names and addresses: --out keeps them beside each email.
    """
    parts = parts_folder(engine, out, address, part_rows)
    if parts and contexts is None:
        raise ConfigError(f"--engine {RAY} is for files; give --contexts FILE")
    if (not context) == (contexts is None):
        raise ConfigError("give either --context TEXT or --contexts FILE; --context may be given several times")
    space = Workspace(workspace)
    whom = (
        Recipients(tuple(context or ())) if contexts is None
        else read_recipients(contexts, model or space.policy)
    )  # fmt: skip
    if not all(text.strip() for text in whom.contexts):
        raise ConfigError("--context is empty; say who the email is for")
    if whom.said:
        display.progress_console.print(whom.said, markup=False)
    if parts and contexts:
        return _generate_in_parts(
            space, whom, contexts, model, reward_model, parts, json,
            sampling=sampling, candidates=candidates, best_of=best_of, merge_fields=merge_fields,
            address=address, rows_each=part_rows,
        )  # fmt: skip
    from ..generation.emails import write_emails

    writer, scorer, guesses = _load_models(space, list(whom.contexts), model, reward_model, sampling)
    written = write_emails(writer, list(whom.contexts), sampling, scorer, candidates, best_of)
    found = _addressed(written, whom, candidates, merge_fields)
    if out:
        _write_out(out, found, whom, candidates)
    if json:
        emails = {"emails": [email.to_dict() for email in found]}
        display.print_json({**emails, "out": str(out) if out else None, **guesses})
    elif out:
        display.say(f"{len(found)} emails written to {out}")
    else:
        display.print_emails(found, scored=not guesses)


def _addressed(emails: list[Any], whom: Recipients, candidates: int, merge_fields: bool) -> list[Any]:
    """The emails with each recipient's merge fields filled, or their own values left open."""
    from ..generation.addressed import address, no_column_fills

    found, open_fields = address(emails, whom, candidates, merge_fields)
    if told := no_column_fills(open_fields):
        display.progress_console.print(told, markup=False)
    return found


def _write_out(out: Path, emails: list[Any], whom: Recipients, candidates: int) -> None:
    """A CSV of scored emails, each with its recipient's own columns; one of a name that is needed is left out."""
    from ..generation.addressed import OF_AN_EMAIL, email_rows, own_columns

    own = [whom.header[place] for place in own_columns(whom.header)]
    write_rows(out, (*OF_AN_EMAIL, *own), email_rows(emails, whom, candidates))


@app.command()
@with_options(
    columns=OptionsFrom(
        Columns, rename=(("context", "context_column"), ("email", "email_column")), leave_out=("outcome", "outcomes")
    )
)
def score(
    file: Annotated[Path, typer.Argument(help="CSV with the columns context and email_text", show_default=False)],
    columns: Columns,
    reward_model: RewardDir = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="also say what each sentence adds to the reward (takes longer)")
    ] = False,
    out: OutParts = None,
    engine: Engine = ONE_PROCESS,
    address: Address = None,
    part_rows: PartRows = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """Predict the outcome of emails that are already written; a file of any size."""
    parts = parts_folder(engine, out, address, part_rows)
    columns = guess_pairs(file, columns)
    folder = reward_model or Workspace(workspace).reward_model
    if parts:
        from ..generation.in_parts import score_in_parts

        work = score_in_parts(file, columns, folder, parts, explain, address, part_rows)
        return finish_in_parts(work, parts, _told_if_guessing(folder), json)
    rows = sum(1 for _ in iterate_pairs(file, columns))  # the whole file is checked before any of it is scored
    from ..generation.emails import COLUMNS
    from ..generation.score_csv import effects_in_words, score_pairs
    from ..generation.totals import Totals
    from ..reward.serialization import load_reward_model

    model, guesses = load_reward_model(folder), _told_if_guessing(folder)
    target, totals = out or file.with_name(f"{file.stem}_scored.csv"), Totals()

    def table() -> Iterator[list[Any]]:
        for found in score_pairs(iterate_pairs(file, columns), model, rows):
            if isinstance(found, ev.Event):
                display.print_event(found)
                continue
            totals.add(found)
            yield [*found.row(), *([effects_in_words(model, found)] if explain else [])]

    write_rows(target, (*COLUMNS, "sentence_effects") if explain else COLUMNS, table())
    result = totals.result() | {"reward_of_own_emails": model.reference, **guesses}
    if json:
        display.print_json({**result, "out": str(target)})
    else:
        display.print_summary(result, scored=not guesses)
        display.say(f"Written to {target}")


@app.command("try")
@with_options(sampling=SAMPLING)
def try_out(
    sampling: SamplingConfig,
    interactive: Annotated[bool, typer.Option("--interactive", help="then ask for your own contexts")] = False,
    model: Model = None,
    reward_model: RewardDir = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """Write for the eight test contexts and sum up; with --interactive, then for contexts that you type."""
    space = Workspace(workspace)
    from ..generation.emails import write_emails
    from ..generation.totals import summary

    contexts = read_contexts(sample_file("contexts.csv"))[:TEST_CONTEXTS]
    writer, scorer, guesses = _load_models(space, contexts, model, reward_model, sampling)
    found = write_emails(writer, contexts, sampling, scorer)
    result: dict[str, Any] = {"emails": [email.to_dict() for email in found], "summary": summary(found), **guesses}
    if not json:
        display.print_emails(found, scored=not guesses)
        display.print_summary(result["summary"], scored=not guesses)
    for typed in _typed_contexts() if interactive else ():
        more = write_emails(writer, [typed], sampling, scorer)
        result["emails"] += [email.to_dict() for email in more]
        if not json:
            display.print_emails(more, scored=not guesses)
    if json:
        display.print_json(result)


def _typed_contexts() -> Iterator[str]:
    """What the user types, until an empty line or the end of input; the question is not part of the result."""
    while True:
        display.progress_console.print("\nContext (empty line to end): ", end="")
        typed = sys.stdin.readline().strip()
        if not typed:
            return
        yield typed


def _generate_in_parts(
    space: Workspace, whom: Recipients, contexts: Path, model: str | None, reward_model: Path | None, out: Path,
    json: bool, **settings: Any,
) -> None:  # fmt: skip
    from ..generation.in_parts import write_in_parts

    writer, folder = _named_models(space, model, reward_model)
    guesses = _told_of_rewards(folder)
    finish_in_parts(write_in_parts(whom, contexts, writer, folder, out, **settings), out, guesses, json)


def _load_models(
    space: Workspace, contexts: list[str], model: str | None, reward_model: Path | None, sampling: SamplingConfig
) -> tuple[Any, Any, dict[str, Any]]:
    """The writer, the reward model, and what is told where that only guesses; the reward model None where none was
    named and none is there. Says what is to be known of them, which settings this writer does not heed, and whom it
    knows nothing about.
    """
    from ..policy.model import load_writing_model
    from ..reward.serialization import load_reward_model

    name, folder = _named_models(space, model, reward_model)
    scorer = load_reward_model(folder) if folder else None
    writer = load_writing_model(name)
    for notice in (writer.notice, *writer.remarks(contexts, sampling)):
        if notice:
            display.print_event(ev.Notice(message=notice))
    return writer, scorer, _told_of_rewards(folder)


def _named_models(space: Workspace, model: str | None, reward_model: Path | None) -> tuple[str, Path | None]:
    """The writer's name or folder, and the reward model's; None where none was named and none is there."""
    from ..config import DEFAULT_POLICY
    from ..utils.files import existing_folder

    folder = reward_model or (space.reward_model if existing_folder(space.reward_model) else None)
    return model or (str(space.policy) if existing_folder(space.policy) else DEFAULT_POLICY), folder


def _told_of_rewards(folder: Path | None) -> dict[str, Any]:
    """:func:`_told_if_guessing`; said as well where there is no reward model."""
    if folder is not None:
        return _told_if_guessing(folder)
    missing = "there is no reward model here yet, so the emails are written but not scored"
    display.print_event(ev.Notice(message=missing))
    return {}


def _told_if_guessing(folder: Path) -> dict[str, Any]:
    """What a result tells where the reward model in ``folder`` only guesses, said there too; empty where it knows."""
    from ..reward.metadata import is_trusted, read_figures

    if is_trusted(read_figures(folder)):
        return {}
    display.print_event(ev.Notice(message=GUESSES))
    return {"reward_model_guesses": True}
