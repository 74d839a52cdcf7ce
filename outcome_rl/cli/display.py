"""How the command line shows things: progress on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from .. import events as ev
from ..audit.findings import rows_in_words
from ..outcomes import OUTCOMES
from ..utils.files import without_nonfinite
from ..utils.output import holds_any_text

if TYPE_CHECKING:  # it imports torch, which the command line's help can do without
    from ..generation.emails import ScoredEmail

progress_console = Console(stderr=True, highlight=False, soft_wrap=True)
output_console = Console(highlight=False, soft_wrap=True)
LONGEST_LINE = 1000
"""Letters of a table's line where no terminal shows it."""

FIGURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "kappa": "kappa",
    "log_loss": "log-loss",
    "brier": "Brier",
    "ece": "ECE",
    "auc_conversion": "AUC conversion",
    "auc_reply": "AUC any reply",
}
SHOWN = (ev.Notice, ev.RewardEpoch, ev.RewardFold, ev.RLStep, ev.RLEvaluation, ev.CheckpointSaved, ev.Stopped)
"""Events that are a line each; of steps and phases some are."""


@contextmanager
def working(what: str, much: bool = False) -> Iterator[None]:
    """Says what goes on for as long as it does, in the terminal's last line; where no line can be drawn anew, in a line
    of its own if there is much to do.
    """
    shown: AbstractContextManager[object] = nullcontext()
    if progress_console.is_terminal:
        shown = progress_console.status(what)
    elif much:
        progress_console.print(what, markup=False)
    with shown:
        yield


def say(text: str = "") -> None:
    """A line of a result; text is never read as markup."""
    output_console.print(text, markup=False)


def print_table(table: Table) -> None:
    """A table as wide as the terminal, or as it needs to be where it goes into a file."""
    if output_console.is_terminal:
        output_console.print(table)
    else:
        Console(file=output_console.file, width=LONGEST_LINE, highlight=False).print(table)


def print_json(result: dict[str, Any]) -> None:
    """The last line of standard output under ``--json``."""
    print(json.dumps(without_nonfinite(result), ensure_ascii=not holds_any_text(sys.stdout), allow_nan=False))


def print_event(event: ev.Event) -> None:
    """One event as a line of progress."""
    line = event_line(event)
    if line:
        progress_console.print(line, markup=False)


def event_line(event: ev.Event) -> str | None:
    """The event in words; None for those that are not worth a line."""
    match event:
        case ev.Progress():
            shown = event.done == 0 or event.total < 10
        case ev.WarmStartStep():
            shown = event.step % 5 == 0 or event.step in (1, event.steps)
        case _:
            shown = isinstance(event, SHOWN)
    return str(event) if shown else None


def print_reward_model(result: dict[str, Any]) -> None:
    """A reward model's figures beside its baselines' and its judge's."""
    from ..metrics import OF_OUTCOME
    from ..reward.baselines import BASELINES
    from ..reward.metadata import outcomes_of

    title = f"{result['rows_train']} emails, each predicted by a model that had not seen it"
    table = Table(title=title, title_justify="left")
    known = outcomes_of(result)
    keys = [key for key in FIGURES if OF_OUTCOME.get(key, 0) in known]
    for column in ("", *(FIGURES[key] for key in keys)):
        table.add_column(column, overflow="fold")
    table.add_row("reward model", *(_format_number(result[key]) for key in keys))
    table.add_row("  95 % interval", *(_format_interval(result[f"{key}_ci95"]) for key in keys), end_section=True)
    for name, figures in result["baselines"].items():
        table.add_row(BASELINES[name].title, *(_format_number(figures[key]) for key in keys))
    if judge := result["judge"]:
        table.add_section()
        table.add_row(f"independent judge, {judge['rows']} rows", *(_format_number(judge[key]) for key in keys))
    print_table(table)
    names = {outcome: OUTCOMES[outcome].replace("_", " ") for outcome in known}
    often = f"; each email was predicted {result['repeats']} times" if result["repeats"] > 1 else ""
    say(f"Confusion matrix (rows: what came; columns: predicted {', '.join(names.values())}{often})")
    for happened, name in names.items():
        counts = [result["confusion_matrix"][happened][predicted] for predicted in known]
        say(f"  {name:<11}" + "".join(f"{count:>6}" for count in counts))
    mean, predicted = result["mean_reward_of_data"], result["mean_reward_predicted"]
    say(f"Your emails earned {mean:+.2f} on average; the model gives them {predicted:+.2f}, its caution taken off.")
    say(result["verdict"])


def print_comparison(result: dict[str, Any]) -> None:
    """Base, warm start and tuned model beside each other."""
    each = {1: "One email"}.get(result["samples_per_context"], f"{result['samples_per_context']} emails")
    table = Table(title=f"{each} for each of {result['n']} contexts", title_justify="left")
    for column in (
        "",
        "reward",
        *(["judge"] if "judge" in result else []),
        "words",
        "with question",
        "with call to action",
        f"predicted: {' / '.join(name.replace('_', ' ') for name in result['base']['predicted'] or OUTCOMES)}",
    ):
        table.add_column(column, overflow="fold")
    for name in ("base", "warm_start", "tuned"):
        if name in result:
            table.add_row(name.replace("_", " "), *_summary_cells(result[name], result.get("judge", {}).get(name)))
    print_table(table)


def print_findings(found: Sequence[dict[str, Any]]) -> None:
    """What an audit found: how serious, what, where, and what to do."""
    say("\nNothing was found that would fool a model." if not found else f"\nFound by the audit: {len(found)}")
    for finding in found:
        colour = {"problem": "red", "warning": "yellow"}.get(finding["severity"], "cyan")
        where = rows_in_words(finding["rows"])
        output_console.print(f"\n[{colour}]{finding['severity']}[/{colour}]  ", end="")
        say(finding["message"] + (f" ({where})" if where else "") + ".")
        say(f"  {finding['advice']}")


def print_emails(found: Iterable[ScoredEmail], scored: bool = True) -> None:
    """Each email with its prediction, unless that is not to be relied on, and its checks."""
    for email in found:
        say("─" * 88)
        say(f"Context: {email.context}")
        say(f"\n{email.email_text or '(the model wrote nothing)'}\n")
        if scored and email.predicted is not None:
            own = "" if email.above_own is None else f" ({email.above_own:+.2f} against your own emails)"
            say(f"Predicted outcome: {email.predicted.replace('_', ' ')}    Reward: {email.reward:+.2f}{own}")
            probs = [f"{name.replace('_', ' ')} {p:.2f}" for name, p in email.probabilities.items()]
            say(f"Probabilities: {', '.join(probs)}")
        asks = "; ".join(email.check.cta) if email.check.has_cta else "none found"
        say(f"Words: {email.check.word_count}    Questions: {email.check.question_count}    Call to action: {asks}")


def print_summary(figures: dict[str, Any], scored: bool = True) -> None:
    """The original test script's summary, without what is predicted where that is not to be relied on."""
    say("─" * 88)
    say(f"{figures['n']} emails")
    if scored and figures["reward_mean"] is not None:
        own = figures.get("reward_of_own_emails")
        compared = "" if own is None else f" (your own emails: {own:+.3f})"
        say(f"Mean reward: {figures['reward_mean']:+.3f}{compared}")
    say(f"Mean words: {figures['words_mean']:.0f}")
    say(f"With a question: {figures['share_with_question']:.0%}")
    say(f"With a call to action: {figures['share_with_cta']:.0%}")
    if scored and figures["predicted"]:
        say(
            "Predicted outcomes: "
            + ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in figures["predicted"].items())
        )


def _summary_cells(figures: dict[str, Any], judge_reward: float | None) -> list[str]:
    predicted = " / ".join(str(count) for count in (figures["predicted"] or {}).values()) or "–"
    shares = [f"{figures[key]:.0%}" for key in ("share_with_question", "share_with_cta")]
    opinions = [f"{value:+.2f}" for value in (figures["reward_mean"], judge_reward) if value is not None]
    return [*opinions, f"{figures['words_mean']:.0f}", *shares, predicted]


def _format_interval(interval: Sequence[float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.2f}–{interval[1]:.2f}"


def _format_number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
