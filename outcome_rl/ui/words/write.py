"""Step 3: writing and comparing."""

from __future__ import annotations

INTRO = "Write to somebody now, see how the emails changed, or have a draft of yours read."
ONE, MANY, BLIND, DRAFT = "Write an email", "Compare many", "Blind test", "Your own draft"
NOTHING_YET = "There is nothing to write with yet. Bring your emails in step 1, teach the writer in step 2."
BACK = "← To step {number}"
UNTAUGHT = "Nothing has been taught yet, so this is the writer as it comes. Step 2 teaches it."
TAUGHT = "The writer was taught from {file}, {when}."
PREDICTOR_NEWER = " The predictor has learned again since then: teach again in step 2 to use what it knows now."
NEEDS_BOTH = "This needs a predictor (step 1) and a taught writer (step 2)."
EXAMPLES = "Some recipients"
EXAMPLES_INFO = "fills in the field below"
DRAFTS, DRAFTS_INFO = "Drafts to choose from", "the most promising one is shown first"
SHOW_MIDDLE = "Also show it halfway: after reading your answered emails, before practising"
WRITE, STOP = "Write emails", "Stop"
WAITING = "Waiting for the writer …"
STOPPED = "Stopped; what is written stays."
LOADING = "{who}: loading and writing …"
WRITING = "{who}: writing …"
WRITING_MANY = "{who}: writing {count} drafts; the best one will take this one's place …"
DIFFERENCE = (
    "For this recipient, the predictor expects {change} of 100 emails answered after teaching. One recipient shows "
    "little; “Compare many” shows more."
)
COMMAND = "Writing the email, in a terminal"
COMMAND_MANY = "Comparing many, in a terminal"

# --- compare many -----------------------------------------------------------------------------------------------------

LIMITS = (
    "Write to many recipients at once, before and after teaching. Bring a text file with one recipient per line, or a "
    "table with the columns that described people in your emails, or with a column “context”; at most {most}. You can "
    "close this page meanwhile."
)
RECIPIENTS = "Recipients (CSV or text file)"
MIDDLE, MIDDLE_INFO = "Also compare it halfway", "shows what practice added to reading; takes half as long again"
COMPARE, RESUME = "Compare", "Go on"
BUSY = "Something else is at work; you can compare when that is done."
WITH_OWN = "Without a file, {count} recipients of yours are used that the writer never practised on."
WITHOUT_FILE = "Without a file, the {count} recipients of the sample are used."
IN_USE = "In use: {name}, {count:,} recipients."
DESCRIBED = "They are described as: {sentence}"
ALIKE = "They are described as: {sentence}. The emails that the writer was taught from describe them in the same way."
UNLIKE = (
    "They are described as: {sentence}. In the emails that the writer was taught from it was: {learned}. For that a "
    "column is missing here: {missing}."
)
FIRST = "The first of them, as the writer reads it"
TOO_MANY = (
    "{name}: holds {count:,} recipients; the page takes at most {most}. Take fewer, or use the command below, which "
    "takes any number"
)
EXPECTED = "What the predictor expects. Only real replies prove it."
GAINED, LOST = "Gained most", "Lost most"
CHANGE = "{change:+.0f} of 100 answered"
FIGURES = "The figures behind this"

# --- the blind test ---------------------------------------------------------------------------------------------------

BLIND_ABOUT = (
    "Two emails to one recipient, one from before teaching and one from after, in random order. Choose the one you "
    "would rather send, then you are told which is which. Here people judge, not the predictor."
)
BLIND_BEFORE = "Press “Write two emails”."
BLIND_LOCKED = "A blind test needs a taught writer: step 2."
BLIND_WRITE = "Write two emails"
BLIND_CHOOSE = "Which one would you rather send?"
BLIND_CHOICES = ("A is better", "B is better", "No difference")
NO_PREFERENCE = "You see no difference."
CHOSE = "You chose the email from {whose}."
COUNTED = " Thank you, your vote is counted. The next recipient is filled in; these two were for: {context}"
NO_VOTES = "No votes yet."
UNDECIDED = " {count} without a preference."
VOTES = "After teaching was preferred in {taught} of {decided} votes (between {low:.0f} % and {high:.0f} % is likely)."
PREFER_TAUGHT, PREFER_UNTAUGHT = "People prefer it after teaching.", "People prefer it before teaching."
TOO_FEW_VOTES = "Too few votes to tell."
