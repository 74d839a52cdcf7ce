"""Commands that use what was trained: generate, score, try."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import events as ev
from ..api.recipients import read_recipients
from ..config import BEST_OF, FREE, OWN_WORDS, SamplingConfig
from ..data.csv_io import write_rows
from ..data.dataset import Columns, iterate_pairs, read_contexts, sample_file
from ..errors import ConfigError
from ..importers.recipients import Recipients, as_template, filled
from ..runs.workspace import Workspace
from . import display
from .app import Json, OutFile, RewardDir, Root, app
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
    out: OutFile = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """Write emails, with the outcome that the reward model expects and what the checks find.

    A file of --contexts may have further columns, as names and addresses: --out keeps them beside each email.
    """
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
    found, open_fields = [], Counter[str]()
    for place, email in enumerate(emails):
        columns = whom.columns(place // candidates)
        if merge_fields:
            found.append(replace(email, email_text=as_template(email.email_text, columns)))
            continue
        text, missing = filled(email.email_text, columns) if columns else (email.email_text, ())
        open_fields.update(missing)
        found.append(replace(email, email_text=text))
    if open_fields:
        names = ", ".join(f"{name} ({count})" for name, count in open_fields.most_common(5))
        told = f"no column fills these merge fields, with the number of emails: {names}"
        display.progress_console.print(told, markup=False)
    return found


def _write_out(out: Path, emails: list[Any], whom: Recipients, candidates: int) -> None:
    """A CSV of scored emails, each with its recipient's own columns; one of a name that is needed is left out."""
    from ..generation.emails import COLUMNS

    header = (*COLUMNS, "candidate", "model")
    kept = [place for place, name in enumerate(whom.header) if name.lower() not in header]
    rows = (
        [*email.row(), email.candidate, email.model, *(whom.rows[place // candidates][each] for each in kept)]
        for place, email in enumerate(emails)
    )
    write_rows(out, (*header, *(whom.header[each] for each in kept)), rows)


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
    out: OutFile = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """Predict the outcome of emails that are already written; a file of any size."""
    columns = guess_pairs(file, columns)
    rows = sum(1 for _ in iterate_pairs(file, columns))  # the whole file is checked before any of it is scored
    from ..generation.emails import COLUMNS, Totals
    from ..generation.score_csv import effects_in_words, score_pairs
    from ..reward.serialization import load_reward_model

    folder = reward_model or Workspace(workspace).reward_model
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
    from ..generation.emails import summary, write_emails

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


def _load_models(
    space: Workspace, contexts: list[str], model: str | None, reward_model: Path | None, sampling: SamplingConfig
) -> tuple[Any, Any, dict[str, Any]]:
    """The writer, the reward model, and what is told where that only guesses; the reward model None where none was
    named and none is there. Says what is to be known of them, which settings this writer does not heed, and whom it
    knows nothing about.
    """
    from ..config import DEFAULT_POLICY
    from ..policy.model import load_writing_model
    from ..reward.serialization import load_reward_model
    from ..utils.files import existing_folder

    folder = reward_model or (space.reward_model if existing_folder(space.reward_model) else None)
    scorer = load_reward_model(folder) if folder else None
    writer = load_writing_model(model or (str(space.policy) if existing_folder(space.policy) else DEFAULT_POLICY))
    for notice in (writer.notice, *writer.remarks(contexts, sampling)):
        if notice:
            display.print_event(ev.Notice(message=notice))
    if scorer is None:
        missing = "there is no reward model here yet, so the emails are written but not scored"
        display.print_event(ev.Notice(message=missing))
    return writer, scorer, _told_if_guessing(folder) if folder else {}


def _told_if_guessing(folder: Path) -> dict[str, Any]:
    """What a result tells where the reward model in ``folder`` only guesses, said there too; empty where it knows."""
    from ..reward.metadata import is_trusted, read_figures

    if is_trusted(read_figures(folder)):
        return {}
    display.print_event(ev.Notice(message=GUESSES))
    return {"reward_model_guesses": True}
