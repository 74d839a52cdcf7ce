"""What came of a finished run: the verdict, replies per 100 emails, and in a fold the figures."""

from __future__ import annotations

from typing import Any

from ... import events as ev
from ...data.csv_io import read_columns
from ...errors import DataError, ModelError
from ...policy.metadata import read_origin
from ...reward.metadata import is_trusted
from ...runs.run import Run
from ...sentence_bank.storage import BANK_FILE
from ..common import html, per_hundred, verdicts
from ..common.page_context import format_interval, format_number
from ..common.run_watcher import RunSnapshot
from ..common.shared_sentence import shared_in_words
from ..reward.figures import difference_from
from ..words import teach as words
from ..words.names import ROLES
from ..words.opinion import AGAINST_YOURS
from ..words.per_hundred import OWN


def short_result(result: dict[str, Any]) -> str:
    """What came of a run in a few words; the reward model's where nothing was tuned."""
    tuned, comparison = finetune_and_comparison(result)
    if is_untaught(tuned):
        return verdicts.of_untaught(own_words=True).answer
    if not comparison:
        accuracy = format_number(result.get("accuracy"), ".0%")
        trusted = "better" if is_trusted(result) else "not clearly better"
        return f"Right in {accuracy} of emails, {trusted} than guessing" if "accuracy" in result else ""
    return verdicts.of_comparison(comparison, tuned).answer


def in_the_bar(result: dict[str, Any]) -> str:
    """The verdict in short with a way to its card, which may stand above, below or behind the bar at the bottom."""
    tuned, comparison = finetune_and_comparison(result)
    if is_untaught(tuned):
        return html.jump(f"{words.VERDICT_OF_UNTAUGHT}: {short_result(result)}", "rl-result")
    return html.jump(f"{words.VERDICT_OF} {short_result(result)}", "rl-result") if comparison else ""


def is_untaught(tuned: dict[str, Any]) -> bool:
    """Whether a run was to teach nothing, by what its result tells of tuning."""
    return tuned.get("steps") == 0 and "evaluation" in tuned and tuned["evaluation"] is None


def gain_in_words(comparison: dict[str, Any], unit: str) -> str:
    """``+0.41 reward (+0.20 to +0.60)``."""
    span = format_interval(comparison.get("gain_ci95"), "+.2f")
    return f"{format_number(comparison.get('gain'), '+.2f')} {unit}" + (f" ({span})" if span else "")


def finetune_and_comparison(result: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a run's result what is told of tuning, and the comparison; a comparison's own run has nothing else."""
    tuned = result.get("finetune") or result
    return tuned, tuned.get("evaluation") or result.get("evaluation") or (result if "gain" in result else {})


def result_words(view: RunSnapshot, metrics: dict[str, Any] | None = None) -> str:
    """What came of a finished run on contexts that training never saw, with its uncertainty.

    ``metrics``: of the reward model that is there now.
    """
    finished = view.latest(ev.Finished)
    if finished is None:
        return ""
    tuned, comparison = finetune_and_comparison(finished.result)
    if is_untaught(tuned):
        own_words = view.run is not None and (view.run.folder / BANK_FILE).is_file()
        return verdicts.card(verdicts.of_untaught(own_words), words.VERDICT_OF_UNTAUGHT)
    if not comparison:
        return ""
    said = verdicts.card(verdicts.of_comparison(comparison, tuned), words.VERDICT_OF)
    if tuned.get("verdict_ignored") or comparison.get("reward_model_guesses"):
        return said
    predicted = expected_of(view.run)
    rows = {OWN: per_hundred.own_emails(metrics)}
    worth = per_hundred.worth_of(metrics)
    rows |= {
        title: per_hundred.of_predictions(predicted.get(role, []), worth) for role, title in _shown(tuned, predicted)
    }
    hundred = per_hundred.table(rows, words.EXPECTED) if predicted else ""
    alike = shared_in_words(emails_of(view.run)) if tuned.get("best_step") != 0 else ""
    return said + hundred + alike + figures(tuned, comparison, _model_location(tuned, view.run))


def _shown(tuned: dict[str, Any], predicted: dict[str, Any]) -> list[tuple[str, str]]:
    """The models and what they are called; one in which no round was kept is the warm start, and is shown as that."""
    if tuned.get("best_step") != 0:
        return list(ROLES.items())
    return [(role, title) for role, title in ROLES.items() if role != "tuned"] + (
        [] if predicted.get("warm_start") else [("tuned", ROLES["warm_start"])]
    )


def figures(tuned: dict[str, Any], comparison: dict[str, Any], place: str) -> str:
    """The rewards, in a fold."""
    gain = gain_in_words(comparison, "reward against the base model")
    verdict = str(tuned.get("verdict") or f"The tuned model's emails earn {gain}.")
    return html.fold(words.DETAILS, html.aside(verdict) + _result_table(tuned, comparison, place))


def expected_of(run: Run | None) -> dict[str, list[tuple[float, float]]]:
    """(p_reply, p_conversion) of each email of a run's comparison, by model; empty where they are not known."""
    found: dict[str, list[tuple[float, float]]] = {}
    try:
        rows = read_columns(run.folder / "comparison.csv", ("model", "p_reply", "p_conversion")) if run else ()
        for _, model, reply, conversion in rows:
            found.setdefault(str(model), []).append((float(reply), float(conversion)))
    except (DataError, OSError, ValueError):  # deleted, or a reward that predicts no outcomes
        return {}
    return found


def emails_of(run: Run | None) -> list[str]:
    """What the taught writer wrote in a run's comparison; empty where that is gone."""
    try:
        rows = read_columns(run.folder / "comparison.csv", ("model", "email_text")) if run else ()
        return [str(email) for _, model, email in rows if model == "tuned"]
    except (DataError, OSError):
        return []


def _model_location(tuned: dict[str, Any], run: Run | None) -> str:
    """The tuned model's folder, or which run's model lies there by now."""
    where = str(tuned.get("model_dir") or "–")
    try:
        maker = read_origin(where).get("run")
    except ModelError:
        return where
    if run is None or not maker or maker == run.name or not (run.folder.parent / str(maker)).is_dir():
        return where  # the run has only been renamed, as far as can be known
    return f"replaced since: {where} holds the model of run {maker}"


def _result_table(tuned: dict[str, Any], comparison: dict[str, Any], place: str) -> str:
    """Mean rewards of each model's emails, beside them what is to be held against them where it is known."""
    judge = {"base": tuned.get("judge_before"), "tuned": tuned.get("judge_after"), **(comparison.get("judge") or {})}
    reference = tuned.get("reward_of_own_emails")
    shown = [(key, label, comparison[key].get("reward_mean")) for key, label in ROLES.items() if comparison.get(key)]
    columns = {
        "": [label for _, label, _ in shown],
        "Mean reward": [format_number(mean, "+.2f") for _, _, mean in shown],
    }
    if reference is not None:
        columns[AGAINST_YOURS.format(own=f"{reference:+.2f}")] = [
            difference_from(mean, reference) for _, _, mean in shown
        ]
    if judge["base"] is not None:
        columns["The independent judge's reward"] = [format_number(judge.get(key), "+.2f") for key, _, _ in shown]
    facts = [
        ("Pairs won against the base", format_number(comparison.get("win_rate"), ".0%")),
        ("RL steps", format_number(tuned.get("steps"), ",")),
        ("Emails written", format_number(tuned.get("completions"), ",")),
        ("KL, nats per email", format_number(tuned.get("kl"), ".2f")),
        ("Tuned model", place),
    ]
    known = [(name, value) for name, value in facts if value != "–"]
    return html.table(list(columns), zip(*columns.values(), strict=True)) + html.facts(known)
