"""Step 2: teaching the writer."""

from __future__ import annotations

INTRO = (
    "The writer writes, the predictor says how likely a reply is, and the writer does more of what works. You can "
    "watch, stop at any time, and go on later."
)
START, STOP, RESUME = "Start teaching", "Stop", "Go on"
NEXT = "Next: write & compare →"
MISSING = "Next: write & compare. For that, teach the writer first: see above."
MISSING_WHILE = "Next: write & compare, as soon as the writer is taught."
BACK = "← To step 1"
AT_WORK = {
    "train-reward": "The predictor is learning just now; you can teach when that is done.",
    "evaluate": "Emails are being compared in step 3; you can teach when that is done.",
}
LOCKED = "There is nothing to teach with yet. Let the predictor learn from your emails in step 1 first."
OUTDATED = "An older version of this program made the predictor. Let it learn from your emails again in step 1."
UNTRUSTED = (
    "Locked: on your emails the predictor does no better than guessing, so the writer would learn nothing real. Add "
    "emails in step 1 and learn again. Engineers can tick “Ignore verdict” below."
)
IGNORED = (
    "You are going on although the predictor does no better than guessing. Do not take higher figures for better "
    "emails; the results will say so too."
)
FACTS = "What may be said (optional)"
FACTS_INFO = (
    "Prices, customers, results, names: one a line. Anything else that an email claims is marked “check this”, and the "
    "writer learns to leave it out."
)
VERDICT_OF = "What teaching has changed"
EXPECTED = "Expected by the predictor for recipients the writer never practised on; only real replies prove it."
RUNS = "Earlier runs: open, compare, download, delete"
CHARTS = "More charts (for engineers)"
DETAILS = "The figures behind this"
CHANGING = "### Watch the emails change"
CHANGING_EXPLAINED = "The same recipients at every check-up. What changed since the one before is marked."
CHECK_UP = "Check-up (0 is before teaching)"
LATEST = "Just written"
WRITTEN, BEST = "One of round {step}", "Best of round {step}"
AFTER_ROUND, BEFORE_ROUNDS = "After round {step}", "Before the first round"
FOR_RECIPIENTS = "{when}: {count} emails to recipients that it does not practise on{best}."
BEST_SO_FAR = ", the best so far"

READY = "Started now, it is ready by {clock}."
THOSE_OF_THE_RUN = "These are the settings of the run at work; they can be changed once it has ended."


def in_rounds(estimate: str) -> str:
    """An estimate of the time as the page says it."""
    return estimate.replace("RL step", "round").replace("reckoned from run", "going by run")
