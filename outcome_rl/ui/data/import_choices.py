"""What a person may say of an export on the page: what was proposed, and what they changed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ...config import DEFAULT_EXPORT
from ...data.outcomes import LEFT_OUT, REST, SKIP
from ...importers.api import ImportPreview, ImportSteps, import_steps
from ...importers.layouts import Shape
from ...importers.meanings import ASK, Meaning
from ...importers.named_columns import names_in_one
from ...importers.options import ImportOptions
from ...importers.outcome_of import MEANT
from ...importers.questions import open_questions
from ...importers.templates import MissingText
from ...outcomes import OUTCOMES
from ..words.importing import NAMED
from .mapping_panel import MEANINGS


def guessed(preview: ImportPreview) -> dict[str, Any]:
    """What was proposed, as the controls show it."""
    email = next((use.column for use in preview.columns if use.role in ("text", "html")), "")
    outcome = [use.column for use in preview.columns if use.role.startswith("outcome")]
    if any(each.is_of_a_further_column for each in preview.questions):
        outcome = []  # either answer is a choice then, that of the columns found too
    words = {word: outcome_of(meaning, preview) for word, _, meaning in preview.words}
    shown = placed_words(preview)
    day_first = any(each.day_first for each in preview.layouts)
    by_role = {use.role: use.column for use in reversed(preview.columns)}
    leads = all(each.shape is Shape.LEADS for each in preview.layouts)
    date = next((role for role in ("sent_at", "state_at") if role in by_role), "state_at" if leads else "sent_at")
    return {
        "email": email, "outcome": list(dict.fromkeys(outcome)), "context": preview.context, "words": words,
        "shown": shown, "said": preview.options, "rows": preview.rows, "usable": is_usable(preview),
        "day_first": day_first, "own": ", ".join(preview.own_addresses),
        "missing": [asdict(each) for each in preview.missing_texts],
        "named": {role: by_role.get(role, "") for role in ("step", "variant", date)},
    }  # fmt: skip


def followed(guess: dict[str, Any], preview: ImportPreview) -> dict[str, Any]:
    """What was proposed, after another look: words that nobody spoke of are proposed as they are counted now."""
    said = preview.options.meanings
    words = {word: outcome_of(meaning, preview) for word, _, meaning in preview.words if word not in said}
    now = {"shown": placed_words(preview), "said": preview.options, "rows": preview.rows}
    now["usable"] = is_usable(preview)
    return {**guess, "words": {**guess["words"], **words}, **now}


def is_usable(preview: ImportPreview) -> bool:
    """Whether there are emails, and nothing that has to be answered first."""
    return bool(preview.rows) and not open_questions(preview.questions)


def placed_words(preview: ImportPreview) -> dict[str, int | None]:
    """In which list each word stands: what a person said stays as it is; None: in none of them."""
    places = {word: outcome_of(meaning, preview) for word, _, meaning in preview.words}
    said = {word: LEFT_OUT if value == SKIP else value for word, value in preview.options.meanings.items()}
    return places | {word: None if value == ASK else int(value) for word, value in said.items() if word != REST}


def options_from(guess: dict[str, Any], values: Sequence[Any]) -> ImportOptions:
    """What a person changed, as options of an import; what is as it was proposed is left to the guess."""
    templates, email, outcomes, context, *rest = values
    chosen, said = rest[: len(MEANINGS)], rest[len(MEANINGS) :]
    rest_of_words, refusals, meetings, days, day_first, mask, first_steps, own, *more = said
    named, pasted = more[: len(NAMED)], more[len(NAMED) :]
    roles = zip(guess["named"].items(), named, strict=True)
    columns = {role: column for (role, proposed), column in roles if column and column != proposed}
    if email and email != guess["email"]:
        columns["email"] = email
    if outcomes and list(outcomes) != guess["outcome"]:
        columns["outcome"] = names_in_one(outcomes)
    return ImportOptions(
        days=int(days) if days is not None else DEFAULT_EXPORT.days,
        not_interested=refusals or DEFAULT_EXPORT.not_interested,
        agreed_meeting=meetings or DEFAULT_EXPORT.agreed_meeting,
        meanings={**_meanings(guess, chosen), **({REST: rest_of_words} if rest_of_words else {})},
        columns=columns,
        context=context.strip() if context and context.strip() != guess["context"] else "",
        templates=_pasted(guess["missing"], pasted) or _files(templates) or None,
        own_address=own.strip() if own and own.strip() != guess["own"] else "",
        day_first=bool(day_first) if bool(day_first) != guess["day_first"] else None,
        mask=bool(mask),
        first_steps=bool(first_steps),
    )


def _meanings(guess: dict[str, Any], chosen: Sequence[Sequence[str] | None]) -> dict[str, str | int]:
    """What a person said of words: those that they put elsewhere, and those that they took out of the lists. A word in
    two lists is where it was put last.
    """
    shown, before = guess["shown"], guess["said"].meanings
    meant: dict[str, int] = {}
    for outcome, words in zip(MEANINGS, chosen, strict=True):
        for word in words or []:
            if word not in meant or meant[word] == shown.get(word):
                meant[word] = outcome
    taken = {word for word in {**shown, **before} if word not in meant and word != REST}
    asked = {word: ASK for word in taken if before.get(word) == ASK or shown.get(word) is not None}
    moved = {word: outcome for word, outcome in meant.items() if guess["words"].get(word) != outcome}
    return {**{word: SKIP if outcome == LEFT_OUT else outcome for word, outcome in moved.items()}, **asked}


def _pasted(missing: Sequence[dict[str, Any]], texts: Sequence[str | None]) -> tuple[dict[str, str], ...]:
    """The texts that were pasted, as rows of templates."""
    pairs = zip(missing, texts, strict=False)
    return tuple(MissingText(**named).filled(text) for named, text in pairs if text and text.strip())


def _files(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def import_as_said(files: Sequence[str], guess: dict[str, Any], values: Sequence[Any]) -> ImportSteps:
    """The files imported as the controls are now. Raises ConfigError and DataError.

    Args:
        guess: what was proposed; a word that it shows and no list holds was taken out.
    """
    return import_steps(files, options_from(guess, values))


def made_again(files: Sequence[str], guess: dict[str, Any], values: Sequence[Any]) -> ImportSteps:
    """Another file imported as the controls were for one with its columns. Raises ConfigError and DataError."""
    return import_as_said(files, {**guess, "shown": {}}, values)


def to_make_again(preview: ImportPreview, values: Sequence[Any], pasted: int) -> list[Any]:
    """Choices as they may be made again for another file with the same columns: the texts have to be given anew, and
    of the words those are kept that a person spoke of.
    """
    _, email, outcomes, context, *rest = values[: len(values) - pasted]
    said = preview.options.meanings
    chosen = [[word for word in words or [] if word in said] for words in rest[: len(MEANINGS)]]
    return [None, email, outcomes, context, *chosen, *rest[len(MEANINGS) :], *[""] * pasted]


def outcome_of(meaning: Meaning | None, preview: ImportPreview) -> int | None:
    """What a word of this meaning counts as now; None: it has to be asked for."""
    if meaning is None:
        return None
    if meaning is Meaning.NEGATIVE:
        worth = preview.options.not_interested
        return LEFT_OUT if worth == SKIP else OUTCOMES.index(worth)
    return MEANT[meaning]
