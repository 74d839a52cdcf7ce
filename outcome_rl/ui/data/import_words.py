"""An import's preview as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...importers.api import ImportPreview
from ...importers.layouts import Question
from ...importers.options import ImportedRow
from ...importers.texts import NO_TEXT
from ...importers.words import column_sentences
from ...outcomes import OUTCOMES
from ...text.pii import has_personal
from ...text.quoted import quote
from ...utils.formatting import count_of
from ..common import html
from ..words import importing as words_of
from ..words.importing import left_out_in_plain_words, recognised, warning_in_plain_words
from ..words.names import OUTCOME_WORDS
from .import_choices import outcome_of

LONGEST = 220
SHOWN_WORDS = 8
"""Words to be sorted that are named above the lists; the lists have all."""
SHOWN = 3
"""Emails that stand open below an import; further ones are folded."""


def preview_html(preview: ImportPreview) -> str:
    """What the files were recognised as, what comes of them, and what is left out, with the reasons."""
    counts = [(OUTCOME_WORDS[name], f"{count:,}") for name, count in preview.outcomes.items()]
    facts = html.facts(
        [(words_of.EMAILS, f"{preview.rows:,}"), *counts, (words_of.ROWS_READ, f"{preview.rows_read:,}")]
    )
    left = [(left_out_in_plain_words(reason), f"{count:,}") for reason, count in preview.left_out.items()]
    if preview.pending:
        left.append((words_of.TOO_RECENT.format(days=preview.options.days), f"{preview.pending:,}"))
    cut = [(words_of.CUT.format(kind=kind), f"{count:,}") for kind, count in preview.cuts.items()]
    parts = [
        f"<b>{words_of.NOTHING_KEPT}</b>",
        html.aside(_sentence(recognised(preview.why))),
        facts,
    ]
    if left:
        parts.append(_counted(words_of.LEFT_ASIDE, left))
    if cut:
        parts.append(_counted(words_of.IN_TEXTS, cut))
    parts += [html.aside(_sentence(remark)) for remark in preview.remarks]
    warnings = [_sentence(warning_in_plain_words(each)) for each in preview.warnings]
    if any(has_personal(f"{row.context}\n{row.email_text}") for row in preview.sample):
        warnings.append(words_of.PERSONAL.format(mask=words_of.MASK, settings=words_of.SETTINGS))
    parts.append(html.sentences(warnings, html.CAUTION))
    parts += [sayings_html(preview), _columns_html(preview)]
    return "".join(parts)


def _counted(what: str, rows: Sequence[tuple[str, str]]) -> str:
    """What happened to how many emails."""
    return f'<div class="orl-counted">{html.table((what, words_of.EMAILS), rows)}</div>'


def _columns_html(preview: ImportPreview) -> str:
    """Which column is what, with the reasons, folded away."""
    told = (preview.why, *column_sentences(preview))
    items = "".join(f"<li>{html.text(_sentence(each))}</li>" for each in told)
    title = words_of.WHICH_COLUMN
    if preview.sample:
        title += words_of.DESCRIBED_AS.format(context=preview.sample[0].context)
    return html.fold(title, f"<ul>{items}</ul>")


def _sentence(words: str) -> str:
    """A remark as a sentence; names of files keep their letters."""
    words = words if "." in words.partition(" ")[0] else _capital(words)
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def questions_html(preview: ImportPreview, asked: Sequence[Question]) -> str:
    """What only the seller knows; the words are put into one of four lists."""
    if preview.left_out.get(NO_TEXT) and not preview.rows:
        or_paste = words_of.OR_PASTE if preview.missing_texts else ""
        return html.sentence(words_of.NO_TEXTS.format(or_paste=or_paste), html.CAUTION)
    words = {word: rows for word, rows, meaning in preview.words if meaning is None}
    shown = [each.text for each in asked if each.about not in words]
    if words:
        shown.append(_say_what(words))
    if not preview.rows and not shown:
        reasons = dict(preview.left_out)
        if preview.pending:
            reasons[words_of.TOO_RECENT.format(days=preview.options.days)] = preview.pending
        why = (f"{words_of.left_out_in_plain_words(reason)} ({count:,})" for reason, count in reasons.items())
        shown.append(words_of.NONE_LEFT.format(why="; ".join(why)))
    return html.sentences(shown, html.CAUTION)


def _say_what(words: Mapping[str, int]) -> str:
    """What has to be said of words: the commonest by name, and that all may be answered at once."""
    listed = [f"{_quoted(word)} ({rows:,})" for word, rows in words.items()]
    if len(words) == 1:
        return words_of.SAY_WHAT.format(words=_quoted(*words), means="means", it="it")
    more = len(words) - SHOWN_WORDS if len(words) > SHOWN_WORDS + 1 else 0
    named = ", ".join(listed[:SHOWN_WORDS] if more else listed) + (
        words_of.AND_MORE_WORDS.format(count=more) if more else ""
    )
    return words_of.SAY_WHAT.format(words=named, means="mean", it="each") + words_of.OR_THE_REST.format(
        rest=words_of.REST_OF_WORDS
    )


def _quoted(word: str) -> str:
    return quote(word, 40) if word else words_of.EMPTY_CELL


def sayings_html(preview: ImportPreview) -> str:
    """The notes that were sorted by their own words, with what each counts as and what of it says so."""
    if not preview.sayings:
        return ""
    rows = [
        (note, f"{count:,}", words_of.counts_as(said.meaning.value, outcome_of(said.meaning, preview)), said.told_by)
        for note, count, said in preview.sayings
    ]
    title = words_of.SORTED.format(
        notes=count_of(len(rows), "note"), count=sum(count for _, count, _ in preview.sayings)
    )
    return html.fold(title, html.table(words_of.SORTED_COLUMNS, rows))


def sample_html(preview: ImportPreview) -> str:
    """Some rows as they will be read, with what was cut from each; all but the first ones are folded."""
    if not preview.sample:
        return ""
    rows = [_row(row) for row in preview.sample]
    title = words_of.SAMPLE.format(shown=count_of(len(rows), "email"), count=preview.rows)
    more = count_of(len(rows[SHOWN:]), words_of.MORE) if rows[SHOWN:] else ""
    return f"<b>{title}</b>" + _emails(rows[:SHOWN]) + html.fold(more, _emails(rows[SHOWN:]) if more else "")


def _emails(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """A table of cells that are HTML; on a phone each row is a card."""
    head = "".join(f'<th scope="col">{name}</th>' for name in words_of.COLUMNS)
    _, *names = words_of.COLUMNS
    cells = "".join(
        f'<tr><th scope="row">{place}</th>'
        + "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(names, shown, strict=True))
        + "</tr>"
        for place, *shown in rows
    )
    table = f'<table class="orl-table orl-texts"><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>'
    return f'<div class="orl-scroll">{table}</div>'


def _row(row: ImportedRow) -> tuple[str, str, str, str]:
    text = " ".join(row.email_text.split())
    shown = html.text(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")
    return html.text(row.place), OUTCOME_WORDS[OUTCOMES[row.outcome]], html.text(row.context), shown + _cuts(row)


def _cuts(row: ImportedRow) -> str:
    """What was cut from this email, folded away."""
    told = [(cut.kind, " ".join(cut.text.split())[:LONGEST]) for cut in row.cuts if cut.text.strip()]
    if not told:
        return ""
    items = "".join(f"<li>{html.text(f'{kind}: {text}')}</li>" for kind, text in told)
    return html.fold(words_of.WHAT_WAS_CUT, f"<ul>{items}</ul>")
