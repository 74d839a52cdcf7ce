"""What the engine refuses, for people who sell; scripts and the terminal read the engine's own words."""

from __future__ import annotations

import re

from . import teach
from .names import OUTCOME_WORDS

REFUSED = {
    r"no row has the outcome 'no_reply', .*add at least (\d+) such rows, better (.+)": (
        "Every email in this file was answered. The predictor also needs emails that were not: at least {0}, ideally "
        "{1}."
    ),
    r"no row has the outcome 'reply' or 'conversion', .*add at least (\d+) such rows, better (.+)": (
        "No email in this file was answered. The predictor also needs emails that were: at least {0}, ideally {1}."
    ),
    r"outcome '(.+?)' has (\d+) rows?; a reward model needs at least (\d+) of each outcome .*, better (.+)": (
        "Too few emails have the outcome “{0}”: {1}. At least {2} of each outcome are needed, ideally {3}. Add such "
        "emails, or let these count as another outcome: bring the file again and move the words for this outcome "
        "into another list."
    ),
    r"there is no reward model in ": teach.LOCKED,
    r"the reward model in .* (?:cannot be used|was written by another version)": teach.OUTDATED,
    r"there is no tuned model in ": "Nothing has been taught yet. Teach the writer in step 2 first.",
    r"tuning is locked": teach.UNTRUSTED,
    r"no email with outcome 1 or 2 is left": (
        "Too few of your emails were answered, or all the answers came from the same few recipients. Add emails that "
        "other people answered."
    ),
    r"there is no context left": (
        "All these emails went to one recipient, or to recipients who are all described alike. Add emails to others "
        "who are described differently."
    ),
    r"run '.+?' is (?:still )?at work": "Something else is running. Stop it, or wait until it is done.",
    r"run '.+?' has not been stopped or interrupted": "This run has finished or cannot be continued. Start a new one.",
    r"'(.+?)' has no checkpoint to go on from": "This run stopped too early to be continued. Start a new one.",
}
"""By what the engine says, as a regular expression; ``{0}`` is its first group."""
OWN_WORDS = {
    "contexts": "recipients", "context": "recipient", "reward model": "predictor", "tuned model": "taught writer",
    "fine-tuning": "teaching", "tuning": "teaching", "RL steps": "rounds", "RL step": "round",
}  # fmt: skip
"""What the page calls what the engine calls otherwise; a name in quotes is a name, and stays."""


def in_sellers_words(message: str) -> str:
    """What the engine has refused, as sentences that need no dictionary."""
    for pattern, said in REFUSED.items():
        if match := re.match(pattern, message):
            return said.format(*(OUTCOME_WORDS.get(found, found) for found in match.groups()))
    for field, ours in OWN_WORDS.items():
        message = re.sub(rf"(?<![\w'“/.])an? {field}(?![\w'”])", f"a {ours}", message)
        message = re.sub(rf"(?<![\w'“/.]){field}(?![\w'”])", ours, message)
    return message if message.endswith((".", "!", "?", "…")) else f"{message}."
