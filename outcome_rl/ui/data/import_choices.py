"""What a person may say of an export on the page: what was proposed, and what they changed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...config import DEFAULT_EXPORT
from ...data.outcomes import LEFT_OUT, SKIP
from ...importers.api import ImportPreview, ImportSteps, import_steps
from ...importers.layouts import Shape
from ...importers.meanings import Meaning
from ...importers.options import ImportOptions
from ...importers.outcome_of import MEANT
from ...importers.templates import MissingText
from ...importers.words import names_in_one
from ...outcomes import OUTCOMES
from ..words.importing import NAMED
from .mapping_panel import MEANINGS


def guessed(preview: ImportPreview) -> dict[str, Any]:
    """What was proposed, as the controls show it."""
    email = next((use.column for use in preview.columns if use.role in ("text", "html")), "")
    outcome = [use.column for use in preview.columns if use.role.startswith("outcome")]
    words = {word: outcome_of(meaning, preview) for word, _, meaning in preview.words}
    day_first = any(each.day_first for each in preview.layouts)
    by_role = {use.role: use.column for use in reversed(preview.columns)}
    leads = all(each.shape is Shape.LEADS for each in preview.layouts)
    date = next((role for role in ("sent_at", "state_at") if role in by_role), "state_at" if leads else "sent_at")
    return {
        "email": email, "outcome": list(dict.fromkeys(outcome)), "context": preview.context, "words": words,
        "day_first": day_first, "own": ", ".join(preview.own_addresses),
        "missing": [asdict(each) for each in preview.missing_texts],
        "named": {role: by_role.get(role, "") for role in ("step", "variant", date)},
    }  # fmt: skip


def options_from(guess: dict[str, Any], values: Sequence[Any]) -> ImportOptions:
    """What a person changed, as options of an import; what is as it was proposed is left to the guess."""
    templates, email, outcomes, context, *rest = values
    chosen, said = rest[: len(MEANINGS)], rest[len(MEANINGS) :]
    refusals, meetings, days, day_first, mask, first_steps, own, *more = said
    named, pasted = more[: len(NAMED)], more[len(NAMED) :]
    roles = zip(guess["named"].items(), named, strict=True)
    columns = {role: column for (role, proposed), column in roles if column and column != proposed}
    if email and email != guess["email"]:
        columns["email"] = email
    if outcomes and list(outcomes) != guess["outcome"]:
        columns["outcome"] = names_in_one(outcomes)
    meant = {word: outcome for outcome, words in zip(MEANINGS, chosen, strict=True) for word in words or []}
    meanings = {
        word: SKIP if outcome == LEFT_OUT else outcome
        for word, outcome in meant.items()
        if guess["words"].get(word) != outcome
    }
    return ImportOptions(
        days=int(days) if days is not None else DEFAULT_EXPORT.days,
        not_interested=refusals or DEFAULT_EXPORT.not_interested,
        agreed_meeting=meetings or DEFAULT_EXPORT.agreed_meeting,
        meanings=meanings,
        columns=columns,
        context=context.strip() if context and context.strip() != guess["context"] else "",
        templates=_pasted(guess["missing"], pasted) or _files(templates) or None,
        own_address=own.strip() if own and own.strip() != guess["own"] else "",
        day_first=bool(day_first) if bool(day_first) != guess["day_first"] else None,
        mask=bool(mask),
        first_steps=bool(first_steps),
    )


def _pasted(missing: Sequence[dict[str, Any]], texts: Sequence[str | None]) -> tuple[dict[str, str], ...]:
    """The texts that were pasted, as rows of templates."""
    pairs = zip(missing, texts, strict=False)
    return tuple(MissingText(**named).filled(text) for named, text in pairs if text and text.strip())


def _files(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def import_as_said(
    files: Sequence[str], guess: dict[str, Any], values: Sequence[Any], out: Path | None = None
) -> ImportSteps:
    """The files imported as the controls are now. Raises ConfigError and DataError."""
    return import_steps(files, options_from(guess, values), out)


def without_texts(values: Sequence[Any], pasted: int) -> list[Any]:
    """Choices as they may be made again for another file with the same columns: the texts have to be given anew."""
    return [None, *values[1 : len(values) - pasted], *[""] * pasted]


def outcome_of(meaning: Meaning | None, preview: ImportPreview) -> int | None:
    """What a word of this meaning counts as now; None: it has to be asked for."""
    if meaning is None:
        return None
    if meaning is Meaning.NEGATIVE:
        worth = preview.options.not_interested
        return LEFT_OUT if worth == SKIP else OUTCOMES.index(worth)
    return MEANT[meaning]
