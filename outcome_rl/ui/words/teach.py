"""Step 2: teaching the writer."""

from __future__ import annotations

import re

INTRO = (
    "The writer writes, the predictor scores each email by what it expects to come of it, and the writer does more of "
    "what scores well. You can watch, stop at any time, and go on later."
)
WITHOUT_CARD = (
    "On this website a graphics card, which makes the work faster, is there only for writing single emails. Learning, "
    "teaching and “Compare many” do without it, so they take as long as on any computer without one. If you run the "
    "program on your own computer instead, they use its graphics card if it has one."
)
START, STOP, RESUME = "Start teaching", "Stop", "Go on"
UNTAUGHT = "Make a writer without teaching"
NEXT = "Next: write & compare →"
MISSING = "First: let the predictor learn, in step 1. Then you can teach the writer here."
FIRST, THEN = "First: teach the writer", "Then you can write and compare."
FIRST_UNTAUGHT, THEN_WRITE = (
    "First: make a writer without teaching",
    "That gives you a writer that uses your own sentences.",
)
MISSING_WHILE = "Next: write & compare, once the writer is ready."
BACK = "← To step 1"
AT_WORK = {
    "train-reward": "The predictor is learning right now; you can teach when that is done.",
    "evaluate": "Emails are being compared in step 3; you can teach when that is done.",
}
WAITS = "What you started earlier is waiting for its turn; you can teach when that is done."
LOCKED = "Nothing has been learned yet. Let the predictor learn from your emails in step 1 first."
OUTDATED = "An older version of this program made the predictor. Let it learn from your emails again in step 1."
UNTRUSTED = (
    "Locked. With your emails the predictor is only guessing, so it cannot tell the writer what is good. You can write "
    "all the same: “Make a writer without teaching” uses your own sentences, most of all those from answered emails. "
    "To teach, add emails in step 1 and let it learn again. Engineers can tick “Ignore verdict” below."
)
UNTAUGHT_FIRST = (
    "Making a writer without teaching should take between {low} and {high}. The less this computer has to do at the "
    "same time, the sooner this will be done."
)
UNTAUGHT_AS_LAST = (
    "Making a writer without teaching should take about {time}, going by the last time on this computer and how busy "
    "it is now."
)
UNTAUGHT_AS_LAST_BUSY = (
    "Making a writer without teaching should take between {low} and {high}, going by the last time on this computer. "
    "The less this computer has to do at the same time, the sooner this will be done."
)
IGNORED = (
    "You are going on although the predictor does no better than guessing. Do not take higher figures for better "
    "emails; the results will warn you of this too."
)
FACTS = "Facts the emails may use (optional)"
FACTS_INFO = (
    "Prices, customers, results, names: one per line. Any other claim that neither the recipient's description nor "
    "your emails back up is marked “check this”, and the writer learns to leave it out."
)
VERDICT_OF = "Did teaching help?"
VERDICT_OF_UNTAUGHT = "Your writer"
EXPECTED = "What the predictor expects for recipients the writer never practised on. Only real replies prove it."
RUNS = "Earlier runs: open, compare, delete"
CHARTS = "More charts (for engineers)"
DETAILS = "The figures behind this (for engineers)"
CHANGING = "### Watch the emails change"
CHANGING_EXPLAINED = (
    "Every few rounds the writer writes to the same recipients, and we check the emails: a check-up. What changed "
    "since the last one is marked."
)
CHECK_UP = "Check-up (0 is before the first round)"
LATEST = "Just written"
WRITTEN, BEST = "One email from round {step}", "Best of round {step}"
AFTER_ROUND, BEFORE_ROUNDS = "After round {step}", "Before the first round"
FOR_RECIPIENTS = "{when}: {count} emails{best}, to recipients the writer does not practise on."
BEST_SO_FAR = ", the best so far"

OWN = "{name} (fetched by you)"
FETCHED = "You fetched {name} ({size}). It is kept with your files and deleted with them."
FETCH = "Fetch it"
FETCH_NAME = "Another model from Hugging Face"
FETCH_INFO = "Its name there, as in somebody/some-model. It is fetched with your own login, for you alone."
FETCHING = "Fetching {name} ({size}) …"
FETCH_DONE = "{name} is here, and chosen above."
LOG_IN_FIRST = "Log in with Hugging Face first: the button is at the top of the page."
USE_MINUTES = "Use {minutes} minutes"
READY = "If you start now, it should be ready by {clock}."
THOSE_OF_THE_RUN = "These are the settings used in what is running now. You can change them once it has ended."


IN_ROUNDS = {r"RL step": "round", r"reckoned from run \S+(?= with|[.,]|$)": "going by an earlier run"}
IN_ROUNDS |= {"this machine": "this computer"}


def in_rounds(estimate: str) -> str:
    """An estimate of the time as the page says it."""
    for engine, page in IN_ROUNDS.items():
        estimate = re.sub(engine, page, estimate)
    return estimate
