"""How far a run is, in plain words."""

from __future__ import annotations

from ...events import JUDGING, READING

PHASES = {
    "finding the encoder": "Getting ready to learn",
    "comparing the emails with each other": "Looking for emails that repeat each other",
    "loading the encoder": "Getting ready to read the emails",
    READING: "Reading the emails",
    "training the encoder": "Learning from the emails",
    JUDGING: "Testing what was learned",
    "finding the language model": "Getting the writer ready",
    "taking the emails apart into sentences": "Reading your sentences",
    "saving the tuned model": "Saving the writer",
    "measuring how fast this machine is": "Measuring how fast this computer is",
    "loading the models": "Getting the writers ready",
    "writing emails to compare, contexts": "Writing emails to compare, recipient by recipient",
    "writing emails to compare": "Writing emails to compare",
    "reward_model": "Learning",
    "finetune": "Teaching",
    "comparison": "Comparing",
}
"""What the phases of the engine are called; one that is not here keeps its name."""
ROUND = "Round {step}{of}: {count:,} emails written so far"
LEARNING = "Learning and testing: part {done} of {total}"
ENCODER = "Learning: pass {done} of {total}"
ANSWERED = "Reading your answered emails: part {done} of {total}"
CHECKED = "Checked after {where}{best}"
BEST = ": the best emails so far"
BEFORE = "reading, before the first round"
STARTING = "Starting: loading your emails and what else is needed"
GOING_ON = "Going on from where it stopped"
STOPPING = "Stopping after this part."
RUNNING = "Running for {elapsed}{left}."
ABOUT, SOON = ", about {left} to go", ", a few seconds to go"
LONGER = ", {over} longer than expected"
UNKNOWN = "; the time left is not known yet"
OVER = ", {over} over the {limit} you gave it; it ends with this part"
SLOWED = "Other programs take about {share} of this computer, so this goes more slowly."
WAITS = (
    "Waiting for its turn, {place}: other visitors are using this website. It begins by itself {when}; you may close "
    "the page. “Stop” takes it out of the queue."
)
NEXT, PLACE = "next in the queue", "number {place} in the queue"
IN_A_MOMENT, IN_ABOUT, AT_MOST = "in a moment", "in about {minutes} min", "in {minutes} min at most"
KEPT_OVER = "This page was restarted in the meantime; your place was kept."
BEGINS_NOW = "Its turn has come: it begins."
WITHDRAWN = "You took it out of the queue before its turn; nothing was done."
NO_RUN = "Nothing has run yet."
FINISHED, STOPPED, FAILED = "Finished in {took}.", "{said} It ran for {took}.", "Failed: {said}"
CAN_GO_ON = "Stopped. “Go on” takes it up from here; what is done so far is kept."
TO_GO_ON = "“Go on” takes it up from here."
TIME_WAS_SHORT = "Nothing was taught: time ran out before the first round."
STOPPED_EARLY = "Stopped early; what had been learned by then has been tested and kept."
NOTHING_LEARNED = (
    "Stopped before the predictor had been tested on every email, so none of this is kept; any earlier predictor stays "
    "as it was."
)
INTERRUPTED, LAST_LINES = "Interrupted: it ended without saying why.", " Its last lines:"
A_MOMENT = "a few seconds"
