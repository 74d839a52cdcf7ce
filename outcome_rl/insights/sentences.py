"""What was found, in sentences that say what was seen and never what would come of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from .rates import rest_of
from .results import AGREE, CANNOT_TELL, CONVERTED, DISAGREE, FEWER, MORE, REPLIED, Effect, Level, OutcomeRate

VERBS = {REPLIED: "were answered", CONVERTED: "converted"}
MEASURE_WORDS = {REPLIED: "answered", CONVERTED: "converted"}
UNTOLD = "could be chance"
UNTOLD_ALONE = "not clear by itself"
"""Of a template where templates as a whole are not alike."""
UNTOLD_ALIKE = "differs, though not clearly among emails alike otherwise"
FAR_APART = 1.6
"""Half widths of a 95 % interval that are some three standard errors: several levels are looked at."""
FAR_MORE = 100
"""A file would have to be so many times as large: said as "far more"."""


def finding(level: Level, levels: Sequence[Level], measure: str, held: Sequence[str]) -> str:
    """One difference that chance would hardly make, with the counts behind it."""
    own, effect = level.rate(measure), level.effect(measure)
    assert own is not None and effect is not None and effect.difference is not None
    often = f"{'more' if effect.difference > 0 else 'less'} often"
    verb, among, (rest, who) = VERBS[measure], alike(held), rest_of(level, levels, measure)
    if (own.share - rest.share) * effect.difference > 0:
        return f"Emails {level.phrase} {verb} {often}: {against(own, rest, who)}. {among}: {about(effect)}."
    return f"Emails {level.phrase} {verb} in {against(own, rest, who)}. {among} they {verb} {often}: {about(effect)}."


def not_alike(title: str, best: Level, worst: Level, measure: str) -> str:
    """Said of templates that differ as a whole; best and worst are of the same step where there are steps."""
    own, least = best.rate(measure), worst.rate(measure)
    assert own is not None and least is not None
    which = f"{title.lower()}s of {best.group}" if best.group else f"{title.lower()}s"
    return (
        f"The {which} are not all alike: emails {best.phrase} {VERBS[measure]} in {of(own)} cases, "
        f"those {worst.phrase} in {of(least)}."
    )


def perhaps_alike(title: str, levels: Sequence[Level], measure: str) -> str:
    """Said of templates that chance alone may have made as different as they are."""
    of_a_step = " of the same step" if any(level.group for level in levels) else ""
    return (
        f"Taken together, the {title.lower()}s{of_a_step} could still all be alike in how often they "
        f"{VERBS[measure]}: chance alone would often part them as far."
    )


def nothing_yet(level: Level, levels: Sequence[Level], measure: str, n: int) -> str:
    """Said where no difference can be told from chance; the level is the one that comes nearest to it."""
    own, effect = level.rate(measure), level.effect(measure)
    assert own is not None and effect is not None
    rest, who = rest_of(level, levels, measure)
    return (
        f"Nothing here is clear enough to rule out chance yet. What comes nearest: emails {level.phrase} "
        f"{VERBS[measure]} in {against(own, rest, who)}. {more_emails(effect, n)}"
    )


def in_few_templates(level: Level, levels: Sequence[Level], effect: Effect, in_steps: bool) -> str:
    """A difference that chance hardly makes, of which nobody can tell that it is this and not its templates;
    ``in_steps``: there are steps, and it shows among the emails of one.
    """
    own, (rest, who) = level.rate(effect.measure), rest_of(level, levels, effect.measure)
    assert own is not None
    return (
        f"Emails {level.phrase} {VERBS[effect.measure]} in {against(own, rest, who)}, which is hardly "
        f"chance{', among emails of the same step too' if in_steps else ''}; with "
        f"{effect.reason} it cannot be told from all else that these templates say."
    )


def more_emails(effect: Effect, n: int) -> str:
    """How many more emails would show a difference of this size."""
    needed = effect.emails_needed
    if needed is None:
        return ""
    what = "emails from other templates" if effect.few_templates else "emails"
    if needed > FAR_MORE * n:
        return f"A difference of this size would take far more than {rounded(FAR_MORE * n):,} more {what} to show."
    return f"If that difference is real, about {rounded(max(needed, 10)):,} more {what} would show it."


def published(verdict: str, inside: Level, outside: Level, measure: str) -> str:
    """Whether one's own emails agree with what others found."""
    own, rest = inside.rate(measure), outside.rate(measure)
    if own is None or rest is None:
        return "Your emails cannot tell."
    lead = {AGREE: "Your emails agree", DISAGREE: "Your emails do not agree", CANNOT_TELL: "Your emails cannot tell"}
    follow = f"those {inside.phrase} {VERBS[measure]} in {of(own)} cases"
    return f"{lead[verdict]}: {follow}, those {outside.phrase} in {of(rest)}."


def verdict(level: Level, levels: Sequence[Level], measures: Sequence[str], apart: Sequence[str] = ()) -> str:
    """A level's differences in a few words, for a table; said once where all measures have the same to say.

    ``apart``: the measures in which the levels as a whole are not alike.
    """
    said = {}
    for measure in measures:
        if effect := level.effect(measure):
            alone = UNTOLD_ALONE if measure in apart else UNTOLD
            untold = UNTOLD_ALIKE if differs(level, levels, measure) else alone
            told = about(effect) if effect.verdict in (MORE, FEWER) else effect.reason or untold
            said[MEASURE_WORDS[measure]] = told
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"{word}: {told}" for word, told in said.items())


def differs(level: Level, levels: Sequence[Level], measure: str) -> bool:
    """Whether a level's share differs from the others', as they are, by far more than chance makes it differ."""
    return apart(level, levels, measure) > FAR_APART


def apart(level: Level, levels: Sequence[Level], measure: str) -> float:
    """How far a level's share is from the others', as they are, in half widths of the 95 % interval."""
    own, rest = level.rate(measure), rest_of(level, levels, measure)[0]
    if own is None or not rest.n:
        return 0.0
    return abs(own.share - rest.share) / (hypot(own.high - own.low, rest.high - rest.low) / 2)


def about(effect: Effect) -> str:
    """``about 9 more of 100 (2 to 16)``."""
    assert effect.difference is not None
    word = "more" if effect.difference > 0 else "fewer"
    size = abs(effect.difference) * 100
    low, high = sorted((abs(effect.low or 0.0) * 100, abs(effect.high or 0.0) * 100))
    return f"about {number(size)} {word} of 100 ({number(low)} to {number(high)})"


def span(effect: Effect) -> str:
    """``−3 to +12 of 100``."""
    low, high = (f"{100 * (value or 0.0):+.0f}" for value in (effect.low, effect.high))
    return f"{low} to {high} of 100".replace("+0", "0").replace("-0 ", "0 ").replace("-", "−")


def of(rate: OutcomeRate) -> str:
    """``12 of 80``."""
    return f"{rate.hits:,} of {rate.n:,}"


def against(own: OutcomeRate, rest: OutcomeRate, who: str) -> str:
    """``12 of 80, against 9 of 210 of the others``."""
    return f"{of(own)}, against {of(rest)} of {who}"


def percent(rate: OutcomeRate) -> str:
    """``15 of 100 (9 to 24)``."""
    return f"{number(100 * rate.share)} of 100 ({number(100 * rate.low)} to {number(100 * rate.high)})"


def alike(held: Sequence[str]) -> str:
    """``Among emails alike in context and the rest of the text``."""
    return f"Among emails alike in {listed(held)}" if held else "With nothing else held equal"


def listed(words: Sequence[str]) -> str:
    """``context, time and template``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def rounded(value: int) -> int:
    """To two digits: 1,234 becomes 1,200."""
    return int(round(value, 2 - len(str(value))))


def number(value: float) -> str:
    """Whole from 10 on, one digit after the point below, without a bare zero."""
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


def told_apart(found: int, shown: int) -> str:
    """Said above the findings."""
    if found == 1:
        return "One difference is too clear to be chance."
    lead = f"{found} differences are too clear to be chance"
    return f"{lead}." if found == shown else f"{lead}; the {shown} clearest:"
