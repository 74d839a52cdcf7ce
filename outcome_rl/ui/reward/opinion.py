"""What a reward model makes of one email: what it expects, which sentences matter, and the figures in a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import OutcomeRLError
from ...outcomes import OUTCOMES
from ...reward.explain import SentenceEffect, explain, sentences
from ...reward.metadata import figures_if_any
from ...text.findings import Findings
from ...text.language import main_language
from ...text.recipients import greets_somebody_else
from ...text.sense import sense_report
from ..common import claims, html, per_hundred, verdicts
from ..common.loaded_models import load_page_reward_model
from ..common.page_context import Page, format_number
from ..words import opinion as words
from ..words.per_hundred import OF_YOURS
from .figures import difference_from

if TYPE_CHECKING:  # they are imported late, for the page comes up without torch
    from ...reward.interface import Scores
    from ...reward.shared_scorer import SharedScorer

MAX_EMAIL = 20_000
RAISES, LOWERS = "var(--orl-helps)", "var(--orl-hurts)"
"""Green and vermilion, which colour-blind people tell apart, lighter on dark; every sentence has a sign as well."""
SLIGHT = 0.02
"""Effects below this are left uncoloured, in payoff units."""
DOUBTED = 0.5
NOTABLE = 1 / 6
"""Disagreement worth a word, as a part of the distance between the best and the worst payoff; on the sample data one
email in twenty is above it."""

Metrics = dict[str, Any]


@dataclass(frozen=True)
class Opinion:
    """``shown``: all that is shown of an email, as HTML; ``answered``: how many of 100 such emails are expected to be
    answered, None where no number may be shown.
    """

    shown: str
    answered: int | None = None


def require_text(email: str) -> None:
    """Raises OutcomeRLError where there is nothing to score."""
    if not email.strip():
        raise OutcomeRLError(words.NO_EMAIL)


def require_reward_model(page: Page) -> SharedScorer:
    """The reward model, kept loaded. Raises ModelError."""
    model = load_page_reward_model(page)
    if model is None:
        raise OutcomeRLError(words.NO_PREDICTOR)
    return model


def page_opinion(page: Page, context: str, email: str) -> Opinion:
    """The opinion of the page's own reward model. Raises ModelError."""
    return render_opinion(require_reward_model(page), figures_if_any(page.workspace.reward_model), context, email)


def render_opinion(
    model: SharedScorer, metrics: Metrics | None, context: str, email: str, own: str = OF_YOURS
) -> Opinion:
    """All that is shown of one email; no number and no colour where the model is not to be trusted. ``own``: what is
    said of the emails that it learned from.
    """
    if why := verdicts.distrust(metrics):
        return Opinion(html.sentence(why, html.BAD))
    scores = model.score([context], [email])
    effects = explain(model, context, email)
    doubts = other_language(email, metrics) or doubts_of(scores, model.config.payoffs)
    said = html.sentences([*doubts, *wrong_name(context, email)], html.CAUTION)
    faults = sense_report(email, context)
    shown = (
        prediction(scores, metrics, claims.caution(faults), own) + said + claims.to_check(Findings((), faults))
        + explanation(email, effects) + figures(scores, model, effects)
    )  # fmt: skip
    return Opinion(shown, per_hundred.answered_and_converting(*map(float, scores.probs[0][1:]))[0])


def prediction(scores: Scores, metrics: Metrics | None, doubt: str = "", own: str = OF_YOURS) -> str:
    """The first email's expectation in words, beside its ``own`` emails', and bars; ``doubt``: what contradicts it."""
    probs = scores.probs[0]
    # an outcome that the model has never seen has a probability of exactly 0
    bars = per_hundred.bars({name: float(p) for name, p in zip(OUTCOMES, probs, strict=True) if p})
    said = per_hundred.in_a_sentence(float(probs[1]), float(probs[2]), per_hundred.own_emails(metrics), own)
    expected = f'<p class="orl-expected">{html.text(said)}</p>{html.doubt(doubt)}{bars}'
    return expected + html.aside(f"{words.NOT_FOR_SENSE} {verdicts.reservation(metrics)}".strip())


def figures(scores: Scores, model: SharedScorer, effects: Sequence[SentenceEffect]) -> str:
    """The rewards, folded away: in payoff units, by their parts, sentence by sentence."""
    probs, reward = scores.probs[0], float(scores.rewards[0])
    own = format_number(model.reference, "+.2f")
    facts = [
        ("Expected payoff", f"{float(probs @ model.config.payoffs):+.2f}"),
        (words.REWARD, format_number(reward, "+.2f")),
        (
            words.AGAINST_YOURS.format(own=own),
            difference_from(reward, model.reference),
        ),
        ("Reads like an email", f"{float(scores.belief[0]):.0%}"),
        *((words.PARTS.get(name, name), f"{float(part[0]):+.2f}") for name, part in scores.parts.items()),
    ]
    rows = [[each.sentence, f"{each.effect:+.2f}"] for each in effects]
    table = html.table(["Sentence", "Reward"], rows) if rows else ""
    return html.fold(words.IN_FIGURES, html.facts(facts) + table + html.aside(words.FIGURES_EXPLAINED))


def doubts_of(scores: Scores, payoffs: Sequence[float]) -> list[str]:
    """What casts doubt on the first email's prediction; ``payoffs`` in the order of the outcomes."""
    worth = [payoff for payoff, p in zip(payoffs, scores.probs[0], strict=True) if p]
    belief, spread = float(scores.belief[0]), float(scores.disagreement[0])
    doubts = [words.HARDLY_AN_EMAIL] if belief < DOUBTED else []
    if spread > NOTABLE * (max(worth) - min(worth)):
        doubts.append(words.DISAGREEMENT)
    return doubts


def other_language(email: str, metrics: Metrics | None) -> list[str]:
    """Says so where an email is surely in another language than those that the reward model has learned from."""
    learned = (metrics or {}).get("language")
    found = main_language([email]) if learned else None
    return [words.OTHER_LANGUAGE.format(found=found, learned=learned)] if found and found != learned else []


def wrong_name(context: str, email: str) -> list[str]:
    """Says so where an email greets somebody else than its recipient."""
    wrong = greets_somebody_else(email, context)
    return [words.GREETS_SOMEBODY_ELSE.format(greeted=wrong[0].text, recipient=wrong[1])] if wrong else []


def explanation(email: str, effects: Sequence[SentenceEffect]) -> str:
    """The email with each sentence in the colour of its effect, a sign behind it, and a legend."""
    if not effects:
        return ""
    title = f"<figcaption><b>{words.WHICH_SENTENCES}</b>{legend()}</figcaption>"
    return f'<figure class="orl-email">{title}<div class="orl-body">{coloured(email, effects)}</div></figure>'


def coloured(email: str, effects: Sequence[SentenceEffect]) -> str:
    """The email as HTML, its sentences in the colours of their effects."""
    strongest = max((0.1, *(abs(each.effect) for each in effects)))
    parts, done = [], 0
    for (start, end), each in zip(sentences(email), effects, strict=True):
        parts += [html.text(email[done:start]), _colour_sentence(email[start:end], each.effect, strongest)]
        done = end
    return "".join(parts) + html.text(email[done:])


def _colour_sentence(sentence: str, effect: float, strongest: float) -> str:
    if abs(effect) < SLIGHT:
        return f'<span class="orl-effect">{html.text(sentence)}</span>'
    colour, said, sign = (RAISES, words.RAISES, "▲") if effect > 0 else (LOWERS, words.LOWERS, "▼")
    style = f"background:rgba({colour},{0.12 + 0.33 * min(1.0, abs(effect) / strongest):.2f})"
    mark = f'<sup role="img" aria-label="{said}">{sign}</sup>'
    return f'<span class="orl-effect" style="{style}">{html.text(sentence)}{mark}</span>'


def legend() -> str:
    """What the colours mean."""
    return (
        f'<span><span class="orl-effect" style="background:rgba({RAISES},.35)">{words.RAISES} ▲</span> '
        f'<span class="orl-effect" style="background:rgba({LOWERS},.35)">{words.LOWERS} ▼</span> {words.LEGEND}</span>'
    )
