"""How far a run is, in plain words."""

from __future__ import annotations

PHASES = {
    "finding the encoder": "Getting ready to learn",
    "loading the encoder": "Getting ready to learn",
    "comparing the emails with each other": "Reading the emails",
    "reading the emails": "Reading the emails",
    "judging the reward model": "Testing what was learned",
    "finding the language model": "Getting the writer ready",
    "saving the tuned model": "Saving the writer",
    "writing emails to compare": "Writing emails to compare",
    "reward": "Learning",
    "finetune": "Teaching",
    "comparison": "Comparing",
}
"""What the phases of the engine are called; one that is not here keeps its name."""
ROUND = "Round {step}{of}: {count:,} emails written so far{left}."
LEARNING = "Learning and testing: part"
ENCODER = "Learning: pass"
READING = "Reading your answered emails: step"
CHECKED = "Checked after {where}{best}{left}."
BEST = ": the best emails so far"
BEFORE = "reading, before the first round"
STARTING = "Starting: loading your emails and the models."
