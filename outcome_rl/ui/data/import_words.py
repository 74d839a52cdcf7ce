"""An import's preview as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from ...audit.findings import count_of
from ...importers.api import ImportPreview
from ...importers.options import ImportedRow
from ...importers.words import column_sentences
from ...text.quoted import quote
from ..common import html
from ..words.importing import left_out_in_plain_words, recognised, warning_in_plain_words

LONGEST = 220
COLUMNS = ("Where", "Outcome", "Recipient", "Email")
OUTCOME_WORDS = ("no reply", "reply", "conversion")
SHOWN = 3
"""Emails that stand open below an import; further ones are folded."""


def preview_html(preview: ImportPreview) -> str:
    """What the files were recognised as, what comes of them, and what is left out, with the reasons."""
    counts = [(_capital(name.replace("_", " ")), f"{count:,}") for name, count in preview.outcomes.items()]
    facts = html.facts([("Emails", f"{preview.rows:,}"), *counts, ("Rows read", f"{preview.rows_read:,}")])
    left = [(left_out_in_plain_words(reason), f"{count:,}") for reason, count in preview.left_out.items()]
    if preview.pending:
        left.append((f"sent less than {preview.options.days} days ago, too recent to tell", f"{preview.pending:,}"))
    cut = [(f"{kind}: cut out or corrected", f"{count:,}") for kind, count in preview.cuts.items()]
    parts = [
        "<b>Nothing is kept yet. This is how your emails will be read.</b>",
        html.aside(_sentence(recognised(preview.why))),
        facts,
    ]
    if left:
        parts.append(_counted("Left out", left))
    if cut:
        parts.append(_counted("In the texts", cut))
    parts += [html.aside(_sentence(remark)) for remark in preview.remarks]
    warnings = (_sentence(warning_in_plain_words(each)) for each in preview.warnings)
    parts.append(html.sentences(warnings, html.CAUTION))
    parts.append(_columns_html(preview))
    return "".join(parts)


def _counted(what: str, rows: Sequence[tuple[str, str]]) -> str:
    """What happened to how many emails."""
    return f'<div class="orl-counted">{html.table((what, "Emails"), rows)}</div>'


def _columns_html(preview: ImportPreview) -> str:
    """Which column is what, with the reasons, folded away."""
    told = (preview.why, *column_sentences(preview))
    items = "".join(f"<li>{html.text(_sentence(each))}</li>" for each in told)
    title = "Which column is what, and why."
    if preview.sample:
        title += f" Recipients are described like this: “{html.text(preview.sample[0].context)}”"
    return f'<details class="orl-details"><summary>{title}</summary><ul>{items}</ul></details>'


def _sentence(words: str) -> str:
    """A remark as a sentence; names of files keep their letters."""
    words = words if "." in words.partition(" ")[0] else _capital(words)
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def questions_html(preview: ImportPreview, asked: Sequence[str]) -> str:
    """What only the seller knows; the words are put into one of four lists."""
    if preview.needs_templates and not preview.rows:
        told = (
            "This export holds no texts. Add the file of your templates here: a table with the columns step, "
            "variant, subject and body."
        )
        if preview.missing_texts:
            told = told.removesuffix(".") + "; or paste each text into its box."
        return html.sentence(told, html.CAUTION)
    words = [word for word, _, meaning in preview.words if meaning is None]
    shown = list(asked)
    if words:
        shown = [each for each in asked if "for the email" not in each and "empty outcome" not in each]
        listed = ", ".join(quote(word, 40) if word else "an empty cell" for word in words)
        means, put = ("means", "it") if len(words) == 1 else ("mean", "each")
        told = f"put {put} into one of the four lists. Until you do, its emails are left out."
        shown.append(f"Say what {listed} {means}: {told}")
    return html.sentences(shown, html.CAUTION)


def sample_html(preview: ImportPreview) -> str:
    """Some rows as they will be read, with what was cut from each; all but the first ones are folded."""
    if not preview.sample:
        return ""
    rows = [_row(row) for row in preview.sample]
    title = f"<b>{count_of(len(rows), 'email')} of {preview.rows:,}, as they will be read</b>"
    more = count_of(len(rows[SHOWN:]), "more email") if rows[SHOWN:] else ""
    return title + _emails(rows[:SHOWN]) + html.fold(more, _emails(rows[SHOWN:]) if more else "")


def _emails(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """A table of cells that are HTML; on a phone each row is a card."""
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    cells = "".join(
        f'<tr><th scope="row">{place}</th>'
        + "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(COLUMNS[1:], shown, strict=True))
        + "</tr>"
        for place, *shown in rows
    )
    table = f'<table class="orl-table orl-texts"><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>'
    return f'<div class="orl-scroll">{table}</div>'


def _row(row: ImportedRow) -> tuple[str, str, str, str]:
    text = " ".join(row.email_text.split())
    shown = html.text(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")
    return html.text(row.place), OUTCOME_WORDS[row.outcome], html.text(row.context), shown + _cuts(row)


def _cuts(row: ImportedRow) -> str:
    """What was cut from this email, folded away."""
    told = [(cut.kind, " ".join(cut.text.split())[:LONGEST]) for cut in row.cuts if cut.text.strip()]
    if not told:
        return ""
    items = "".join(f"<li>{html.text(f'{kind}: {text}')}</li>" for kind, text in told)
    return f'<details class="orl-details"><summary>What was cut out or corrected</summary><ul>{items}</ul></details>'
