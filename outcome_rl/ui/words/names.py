"""What the page calls things: its steps, the models, outcomes, runs."""

from __future__ import annotations

EXAMPLE, EMAILS, TEACH, WRITE = "Example", "1 Your emails", "2 Teach", "3 Write & compare"
"""The tabs, in their order."""
HEAD = """
# Outcome RL
Learns from the emails you sent and what came of them, then writes new ones that build on what got answered.
"""
LOG_IN, LOG_OUT = "Log in with Hugging Face", "Log out ({name})"
LOGIN_MISSING = "Visitors cannot log in: these packages are missing: {names}; install gradio[oauth]"
SHARED_HERE = (
    "<p>Only you can see your emails here, what was learned from them and what was written. All of it is deleted "
    "{hours} hours after your last visit. "
    # in this frame: the cookie of a page inside another site's frame is not that of a tab of its own
    '<a href="workspace" target="_self">Download or delete everything, and see what this page allows</a></p>'
)
ROLES = {"base": "Before teaching", "warm_start": "After reading, before practice", "tuned": "After teaching"}
"""The writer at three times, by what the engine calls it."""
TEACHING_KEPT_NOTHING = ROLES | {"tuned": ROLES["warm_start"]}
"""The same where no round of teaching was kept."""
NOT_TAUGHT = ROLES | {"base": "The plain writer", "tuned": "With your own sentences, not taught"}
"""The same where nothing was to be taught."""
NOT_TAUGHT_FREE = NOT_TAUGHT | {"tuned": ROLES["warm_start"]}
"""The same where it finds its own words."""
KINDS = {
    "train-reward": "Learning from emails",
    "finetune": "Teaching",
    "run": "Learning and teaching",
    "evaluate": "Comparing",
}
WITHOUT_TEACHING = "Making the writer"
"""A run of teaching that was to teach nothing."""
OUTCOME_WORDS = {"no_reply": "No reply", "reply": "Reply", "conversion": "Conversion"}
"""What the engine's outcomes are called."""
STATES = {
    "running": "Running", "waiting": "Waiting", "done": "Done", "stopped": "Stopped", "failed": "Failed",
    "interrupted": "Interrupted",
}  # fmt: skip
COMMAND = "The same in a terminal"
NOTHING_RUNS = "Nothing is running."
DOWNLOAD_EMAILS = "Download all emails (CSV)"
RECIPIENT = "Who is it for, and what has happened so far?"
THE_SAMPLE = "the sample data (made up)"
OF_THE_EXAMPLE = "The example was made from them."
