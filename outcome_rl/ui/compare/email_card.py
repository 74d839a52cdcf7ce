"""One email as the page shows it: what is expected of it, what the checks find in it, and what is advised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...text.checks import check_email, highlights
from ...text.findings import Findings
from ...text.hints import Hint, hints
from ...utils.formatting import count_of
from ..common import claims, html, per_hundred, verdicts
from ..common.page_context import format_number
from ..words import draft
from ..words import opinion as words
from ..words.names import OUTCOME_WORDS

if TYPE_CHECKING:  # it brings torch along
    from ...generation.emails import ScoredEmail

MARKS = {
    True: ("orl-yes", "✓", words.AS_ADVISED),
    False: ("orl-no", "!", words.LOOK_AT_THIS),
    None: ("", "·", words.NO_ADVICE),
}


def empty_email(said: str) -> str:
    """The frame of an email that is not written yet."""
    return _frame(f'<div class="orl-body orl-empty">{html.text(said)}</div>')


def growing_email(email: str) -> str:
    """An email that is being written."""
    return _frame(f'<div class="orl-body orl-growing">{html.text(email)}</div>')


def plain_email(email: str) -> str:
    """An email as plain text."""
    return _frame(f'<div class="orl-body">{html.text(email)}</div>')


def highlighted_email(email: str, findings: Findings | None = None) -> str:
    """The email with what the checks find in it, claims nobody gave among it, and a key to the signs that occur."""
    stated = findings.claims if findings else ()
    found = [*highlights(email), *((claim.start, claim.end, words.CLAIM) for claim in stated)]
    changes: dict[int, Counter[str]] = {0: Counter(), len(email): Counter()}
    for start, end, kind in found:
        changes.setdefault(start, Counter())[kind] += 1
        changes.setdefault(end, Counter())[kind] -= 1
    parts, depth = [], Counter[str]()
    for start, end in pairwise(sorted(changes)):
        for kind, change in changes[start].items():
            depth[kind] += change
        kinds = sorted(kind for kind, spans in depth.items() if spans)
        part = html.text(email[start:end])
        parts.append(f'<mark class="{" ".join(f"orl-{kind}" for kind in kinds)}">{part}</mark>' if kinds else part)
    present = {kind for _, _, kind in found}
    keys = "".join(f'<mark class="orl-{kind}">{said}</mark>' for kind, said in words.FOUND.items() if kind in present)
    key = f'<div class="orl-key" aria-hidden="true">{keys}</div>' if keys else ""
    return _frame(f'<div class="orl-body">{"".join(parts)}</div>{key}')


def _frame(body: str) -> str:
    return f'<figure class="orl-email">{body}</figure>'


def score_card(email: ScoredEmail, metrics: dict[str, Any] | None = None) -> str:
    """What is to be checked in an email, what the reward model expects of it, and what is found in it.

    ``metrics``: those of the reward model, which say whether its opinion may be shown.
    """
    checks = checks_html(email.email_text, email.context)
    return claims.to_check(email.findings) + prediction_html(email, metrics) + checks


def checks_html(email: str, context: str = "") -> str:
    """What is found in an email without a model; what is advised depends on whom the ``context`` describes."""
    check = check_email(email)
    found = [
        (words.WORDS, str(check.word_count)),
        (words.QUESTIONS, str(check.question_count)),
        (words.ASK, " ".join(f"“{ask}”" for ask in check.cta) or words.NO_ASK),
    ]
    return html.facts(found) + hint_list(hints(email, context))


def prediction_html(email: ScoredEmail, metrics: dict[str, Any] | None = None) -> str:
    """What is expected in words and as bars, the reward in a fold; nothing where no reward model has scored it, and
    why where it is not to be trusted.
    """
    if email.reward is None:
        return ""
    if why := verdicts.distrust(metrics):
        return html.sentence(why, html.BAD)
    predicted = OUTCOME_WORDS.get(str(email.predicted), str(email.predicted))
    worth = [(words.PREDICTED, predicted), (words.REWARD, format_number(email.reward, "+.2f"))]
    if email.above_own is not None:
        own = email.reward - email.above_own
        worth.append((words.AGAINST_YOURS.format(own=f"{own:+.2f}"), format_number(email.above_own, "+.2f")))
    if email.model:
        worth.append((words.WRITTEN_BY, model_name(email.model)))
    said = per_hundred.in_a_sentence(email.p_reply, email.p_conversion, per_hundred.own_emails(metrics))
    doubt = claims.caution(email.findings.sense, email.findings.claims) if email.findings else ""
    bars = per_hundred.bars(email.probabilities)
    expected = f'<p class="orl-expected">{html.text(said)}</p>{html.doubt(doubt)}{bars}' if said else ""
    return expected + html.aside(verdicts.reservation(metrics)) + html.fold(words.IN_FIGURES, html.facts(worth))


def hint_list(found: Sequence[Hint]) -> str:
    """The hints, folded; the names of those to look at stand on the fold."""
    doubtful = [hint.name[:1].lower() + hint.name[1:] for hint in found if hint.fine is False]
    title = words.HINTS.format(names=", ".join(doubtful)) if doubtful else words.ALL_FINE
    return (
        f'<details class="orl-details"><summary>{html.text(title)}</summary>'
        f'{html.aside(draft.HINTS_ABOUT)}<ul class="orl-hints">{"".join(map(_hint, found))}</ul></details>'
    )


def _hint(hint: Hint) -> str:
    tone, sign, said = MARKS[hint.fine]
    return (
        f'<li class="{tone}"><i role="img" aria-label="{said}">{sign}</i><b>{html.text(hint.name)}</b>: '
        f"{html.text(hint.value)}<small>{html.text(hint.advice)} ({html.text(hint.source)})</small></li>"
    )


def other_candidates(candidates: Sequence[ScoredEmail]) -> str:
    """The candidates that were not the best, folded."""
    if not candidates:
        return ""
    cards = "".join(
        html.email_card(words.DRAFT.format(number=each.candidate), "", each.email_text) for each in candidates
    )
    return html.fold(count_of(len(candidates), words.MORE_DRAFT), cards)


def email_to_dict(email: ScoredEmail) -> dict[str, Any]:
    """A scored email with its hints, JSON-ready."""
    return {**asdict(email), "hints": [asdict(hint) for hint in hints(email.email_text, email.context)]}


def model_name(model: str) -> str:
    """A folder's last parts, or the name as it is."""
    path = Path(model)
    return "/".join(path.parts[-2:]) if path.is_absolute() else model
