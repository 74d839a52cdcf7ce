"""What the engine has to say of a run, for people who sell; what is not here is for engineers, and stands in a fold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...rl.holding import EARLIER, MEASURED, OTHERS, RECKONED
from ...rl.time_budget import TOO_SHORT
from ...utils.formatting import format_duration
from .teach import in_rounds

NO_SECOND_OPINION = (
    "There are too few different emails for a second opinion, so in teaching only the predictor says what is better."
)
PLAIN = {
    r"The time was over before the first RL step, so nothing was tuned\. A(bout [\d,]+ minutes?) would hold": (
        "Time ran out before the first round, so nothing was taught. A{0} would be enough on this computer."
    ),
    r"The time was over before the first RL step, so nothing was tuned\.": (
        "Time ran out before the first round, so nothing was taught. Give it more minutes."
    ),
    r"The time was over when (\d+) of (\d+) contexts were compared\.": (
        "Time ran out when {0} of {1} recipients had been compared; the figures are for those."
    ),
    r"The time was over before the last RL steps were judged": (
        "Time ran out before the last rounds were checked, so the best one before them is kept."
    ),
    r"No time or step is left of what was given": ("The time you gave is used up. Start again with more minutes."),
    r"The emails do not have sentences enough": (
        "Your emails have too few sentences in common, so the writer finds its own words. Check its claims before you "
        "send anything."
    ),
    r"The model is large enough to write freely": (
        "This writer finds its own words. “Use my own sentences” holds it to what you have said before."
    ),
    r"The file has fewer than three contexts": (
        "Your file describes fewer than three different recipients, so we cannot test which round was best on people "
        "the writer has not met. We keep the last round."
    ),
    r"There is no independent judge|There are too few different rows for an independent judge": NO_SECOND_OPINION,
    r"The reward model (?:is not clearly better than reading|may know) the contexts? alone": (
        "The predictor may only know who answers, not what makes them answer. Teaching may gain little; more "
        "emails, or different ones to similar recipients, would help."
    ),
    r"There are few different contexts, or emails that many share": (
        "You wrote to few different recipients, or sent many of them the same email. The figures may not hold for new "
        "recipients or new emails."
    ),
    r"Most emails are templates that many share": (
        "Most of your emails are templates. The figures say how well the predictor judges these templates when they go "
        "to people it hasn't met; it may judge newly worded emails less well."
    ),
    r"Rows that repeat each other stand in different folds": (
        "Too many of your emails repeat each other for a fair test, so the predictor's forecasts are not to be trusted "
        "yet."
    ),
    r".* weights needs more than ([\d.]+ GB), and ([\d.]+ GB) of the machine are free; it may run out\.": (
        "This needs more than {0} of memory, and only {1} is free. If it fails, close other programs and try again."
    ),
}
"""By what the engine says, as a regular expression; ``{0}`` is its first group."""


_FORECAST = re.compile(
    rf"(?:{RECKONED}|{EARLIER}|{MEASURED}): in .*?(?:give it about (?P<minutes>[\d,]+ minutes?)\.(?: {OTHERS} .*)?)?"
)
"""A plan for the time, as :class:`~outcome_rl.rl.plan.Holding` tells it; it has minutes where it is not the usual."""


def about_time(message: str) -> bool:
    """Whether it speaks of the time that a run was given."""
    return bool(_FORECAST.fullmatch(message)) or message.startswith((TOO_SHORT, "No time or step is left"))


def in_plain_words(messages: Iterable[str]) -> list[str]:
    """Those of the messages that whoever sells should read, each once.

    Of plans for the time the latest counts, and what came of the time replaces it.
    """
    messages = list(messages)
    plans = [match for message in messages if (match := _FORECAST.fullmatch(message))]
    over, latest = any(message.startswith(TOO_SHORT) for message in messages), plans[-1] if plans else None
    shown = "" if over or latest is None or not latest["minutes"] else latest.string
    messages = [message for message in messages if message == shown or not _FORECAST.fullmatch(message)]
    if latest and latest["minutes"]:  # where no pace is known at the end, the plan's time stands
        enough = f"{TOO_SHORT} About {latest['minutes']} would hold them."
        messages = [enough if message == TOO_SHORT else message for message in messages]
    return list(dict.fromkeys(filter(None, map(_plain, messages))))


def _plain(message: str) -> str:
    if _FORECAST.fullmatch(message):
        return _in_hours(in_rounds(message))
    for pattern, words in PLAIN.items():
        if match := re.match(pattern, message):
            return words.format(*map(_in_hours, match.groups()))
    return ""


def _in_hours(found: str) -> str:
    """``about 208 minutes`` as ``about 3 h 28 min``."""
    return re.sub(r"([\d,]{3,}) minutes", lambda many: format_duration(60 * int(many[1].replace(",", ""))), found)
