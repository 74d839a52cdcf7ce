"""A report in Markdown, to be pasted."""

from __future__ import annotations

from .intervals import Estimate
from .questions import FLAGS
from .scoring import SENDABLE, Preference, Report, Share


def report_in_markdown(report: Report) -> str:
    """Writers side by side, who is preferred, how far the readers agree, and what to be wary of."""
    parts = [
        _heading(report),
        _writers(report),
        *map(_preferred, report.preferences),
        _agreement(report),
        _notes(report),
    ]
    return "\n\n".join(part for part in parts if part)


def _heading(report: Report) -> str:
    readers = len(report.readers)
    who = "1 reader" if readers == 1 else f"{readers} readers"
    return f"Blind reading, form {report.form}: {report.items} items, {report.contexts} contexts, {who}."


def _writers(report: Report) -> str:
    rows = [
        ["", *(writer.name for writer in report.writers)],
        ["---"] * (len(report.writers) + 1),
        ["usability, 1 to 5", *(_mean(writer.usability) for writer in report.writers)],
        [f"usability {SENDABLE} or 5", *(_share(writer.sendable) for writer in report.writers)],
    ]
    rows += [[flag.title, *(_share(writer.flags[flag.name]) for writer in report.writers)] for flag in FLAGS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _preferred(preference: Preference) -> str:
    share, left, right = preference.right_share, preference.left, preference.right
    counts = f"{right} preferred {share.hits} times, {left} {preference.left_wins}, neither {preference.neither}."
    if share.value is None:
        return counts
    over = f"; over contexts {_range(share.over_contexts)}" if share.over_contexts else ""
    verdict = "too few to tell which is preferred"
    if share.differs_from(0.5):
        verdict = f"{right if share.value > 0.5 else left} is preferred"
    of_decided = f"{right} of decided: {100 * share.value:.0f} % (Wilson {_range(share.wilson)}{over}): {verdict}."
    return f"{counts} {of_decided} Usability {right} − {left}: {_mean(preference.usability_difference, '+')}."


def _agreement(report: Report) -> str:
    found = report.agreement
    if found is None:
        why = "there is one reader" if len(report.readers) == 1 else "no two readers judged the same item"
        return f"How far readers agree is unknown: {why}."
    rows = [
        f"| readers agree ({found.items} items) | same answer | kappa | alpha |",
        "|---|---|---|---|",
        f"| preference | {_percent(found.preference_same)} | {_number(found.preference_kappa)} | |",
        f"| usability | | {_number(found.usability_kappa)} | {_number(found.usability_alpha)} |",
    ]
    rows += [
        f"| {flag.title} | {_percent(found.flags[flag.name].same)} | {_number(found.flags[flag.name].kappa)} | |"
        for flag in FLAGS
    ]
    legend = (
        "kappa: Cohen's, mean over pairs of readers, squared weights for usability; alpha: Krippendorff's, ordinal. "
        "1 is full agreement, 0 is chance; – where all said the same."
    )
    return "\n".join([*rows, "", legend])


def _notes(report: Report) -> str:
    notes = []
    place = report.first_place
    if place.value is not None and place.differs_from(0.5):
        notes.append(f"The place mattered: the earlier email won {_share(place)} of the decided judgements.")
    for reader, found in report.contradictions.items():
        if found:
            shown = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if len(found) > 5 else "")
            notes.append(f"Answers of {reader} that do not go together ({len(found)}): {shown}.")
    partial = [f"{name} {items}" for name, items in report.readers.items() if items < report.items]
    if partial:
        notes.append(f"Items read: {', '.join(partial)} of {report.items}.")
    return "\n".join(f"- {note}" for note in notes)


def _share(share: Share) -> str:
    """``33 % (19 to 51)``, the wider of the two intervals."""
    if share.value is None:
        return "–"
    intervals = [share.wilson, share.over_contexts or share.wilson]
    low, high = max(intervals, key=lambda interval: interval[1] - interval[0])
    return f"{100 * share.value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def _mean(estimate: Estimate, sign: str = "") -> str:
    if estimate.value is None:
        return "–"
    bounds = f" ({estimate.interval[0]:{sign}.2f} to {estimate.interval[1]:{sign}.2f})" if estimate.interval else ""
    return f"{estimate.value:{sign}.2f}{bounds}"


def _range(interval: tuple[float, float] | None) -> str:
    return f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f} %" if interval else "–"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
