"""Step 1: bringing emails, and learning from them."""

from __future__ import annotations

INTRO = "Bring the emails you sent and what came of each. A predictor learns from them what gets answered."
ROWS = "Look at the emails, change or drop some"
AUDIT = "Check: is there anything in this file that would mislead the predictor?"
TITLE = "### Learn what gets answered"
LEARN, LEARN_FROM, STOP = "Learn from these emails", "Learn from {file}", "Stop"
LEARN_AGAIN = "Learn again from {file}"
CHECK_IMPORT = "Nearly there. Check how your file was read, then press “Use these … emails” below."
NOTHING_TO_USE = "No email in this file can be used yet. You can see below what is missing."
READING_STOPPED = "Stopped: nothing from that file was kept."
LOOK_STOPPED = "Stopped. Your last change is not in what you see below."
NEXT, NEXT_UNTAUGHT = "Next: teach the writer →", "Next: make a writer without teaching →"
FIRST, THEN = "First: learn from these emails", "Then you can teach the writer."
FIRST_USE, THEN_LEARN = "First: use these emails", "Then the predictor can learn from them."
MISSING_WHILE = "Next: teach the writer, once the predictor has learned."
FIGURES = "The figures behind this (for engineers)"
VERDICT_OF = "The predictor"
NONE_YET = "Nothing has been learned yet."
LEARNED_FROM = "Learned from {file} on {when}."
OTHER_FILE = "The predictor still knows only {learned}. To use {used}, let it learn again."
MEANWHILE = "You can close this page meanwhile."
AS_LAST_TIME = (
    "Learning from these {count:,} emails should take about {time}, going by the last time on this computer and how "
    "busy it is now."
)
AS_LAST_TIME_BUSY = (
    "Learning from these {count:,} emails should take between {low} and {high}, going by the last time on this "
    "computer. The less this computer has to do at the same time, the sooner this will be done."
)
FIRST_TIME = (
    "Learning from {count:,} emails should take between {low} and {high}. The less this computer has to do at the same "
    "time, the sooner this will be done. Once it has begun, you will see how long is left."
)
ENDED_AFTER = (
    "On this website learning may take {time} at most. If it is cut off then, nothing that it has learned in that time "
    "is kept."
)
STOP_KEEPS = "If you stop now, what it has learned so far is tested and kept."
STOP_LOSES = "If you stop now, none of this is kept, and any earlier predictor stays as it was. {when}"
FROM_PART = "Once part {part} of {parts} is done, you can stop and still keep a predictor."
FROM_TEST = "Once the predictor has been tested on every email, you can stop and still keep it."
STOPPING_KEEPS = "What it has learned so far is tested and kept."
STOPPING_LOSES = (
    "None of this is kept, because the predictor has not been tested on every email yet. Any earlier predictor stays "
    "as it was."
)
OWN_CAPTION = "This is what came of the emails it learned from."
