"""Step 3: writing and comparing."""

from __future__ import annotations

INTRO = "Have an email written now, see how the emails changed, or have a draft of your own checked and scored."
ONE, MANY, BLIND, DRAFT = "Write an email", "Compare many", "Blind test", "Your own draft"
NOTHING_YET = "There is nothing to write with yet. Let the predictor learn in step 1, then teach the writer in step 2."
BACK = "← To step {number}"
UNTAUGHT = "Nothing has been taught yet, so this is the plain writer. Step 2 teaches it."
UNTAUGHT_GUESSES = (
    "This is the plain writer, which knows none of your emails. Step 2 lets it write with your own sentences, "
    "without teaching."
)
TAUGHT = "The writer was taught from {file} on {when}."
NOTHING_KEPT = (
    "The writer read {file} on {when}, but no round of teaching was kept. So it writes as it did before the first "
    "round."
)
MORE_MINUTES = " Give it more minutes in step 2."
NOT_TAUGHT = "This writer uses your own sentences, from {file}, and was not taught. It was made on {when}."
NOT_TAUGHT_FREE = "This writer finds its own words and was not taught. It was made from {file} on {when}."
CAN_BE_TAUGHT = " Step 2 can teach it."
GUESSES = (
    " With your emails, the predictor is only guessing, so this writer cannot be taught yet: add emails in step 1."
)
PREDICTOR_NEWER = " The predictor has learned again since then: teach again in step 2 to use what it knows now."
NEEDS_BOTH = "This needs a predictor (step 1) and a taught writer (step 2)."
NEEDS_A_ROUND = "No round of teaching has been kept, so there is nothing to compare."
NO_BEFORE = "This writer was not taught, so there is no before and after to compare."
EXAMPLES = "Pick a recipient to try"
EXAMPLES_INFO = "Or describe somebody in your own words below."
DRAFTS = "How many drafts should it write?"
DRAFTS_INFO = "The one that comes out best is shown first; the others are folded away below it."
SHOW_MIDDLE = "Also show what it wrote before practice, when it had only read your answered emails"
NO_RECIPIENT = "Say who the email is for, in a few words."
WRITE, STOP = "Write emails", "Stop"
BEFORE = "The email appears here. Say who it is for, then press “Write emails”."
COPY, EDIT, SCORE_AGAIN = "Copy", "Edit", "Score again"
EDIT_EMAIL = "{title}: edit the email"
READING_EMAIL = "Reading the email …"
WAITING = "Waiting for the writer …"
EMAIL_WAITS, EMAIL_LOADS, NOT_WRITTEN = "Waiting …", "Loading …", "Not written."
STOPPED = "Stopped; what is written stays."
LOADING = "{who}: loading and writing …"
WRITING = "{who}: writing …"
WRITING_MANY = "{who}: writing {count} drafts. The best one will replace this one …"
CARD_USED_UP = (
    "Your share of the graphics card is used up for now, so this was written without it, which takes longer; for a "
    "larger share, log in with Hugging Face at the top of the page, or come back later."
)
CARD_NOT_HAD = (
    "The graphics card was not available this time, so this was written without it, which takes longer; try again in a "
    "few minutes."
)
EXPECTS_MORE = "{when}: of 100 emails like this one, the predictor expects {after} to be answered, up from {before}."
EXPECTS_FEWER = "{when}: of 100 emails like this one, the predictor expects {after} to be answered, down from {before}."
EXPECTS_AS_MANY = (
    "{when}: of 100 emails like this one, the predictor expects {after} to be answered, as many as before."
)
BESIDE_PLAIN = (
    "{when}: of 100 emails like this one, the predictor expects {after} to be answered, and of 100 like the plain "
    "writer's, {before}."
)
"""The same of a writer that was not taught."""
ONE_PROVES_LITTLE = " One recipient proves little, so try “Compare many”."
COMMAND = "Writing the email, in a terminal"
COMMAND_MANY = "Comparing many, in a terminal"

# --- compare many -----------------------------------------------------------------------------------------------------

LIMITS = (
    "Have emails written for many recipients at once, by the writer before teaching and after it. Bring a text file "
    "with one recipient per line, or a table that has the same columns about people as your file of emails, up to "
    "{most} recipients. You can close this page meanwhile."
)
RECIPIENTS = "Recipients (CSV or text file)"
MIDDLE = "Also compare the writer before practice"
MIDDLE_INFO = "At that point it has read your answered emails but not practised yet. Takes half as long again."
COMPARE, RESUME = "Compare", "Go on"
NOTHING_COMPARES = "No comparison is running."
BUSY = "Something else is running; you can compare when that is done."
WITH_OWN = "Without a file, {count} of your own recipients are used, none of whom the writer has practised on."
WITHOUT_FILE = "Without a file, the {count} recipients of the sample are used."
IN_USE = "In use: {name}, {count:,} recipients."
DESCRIBED = "Each is described by {used}."
ALIKE = (
    "Each is described by {used}. The recipients of the emails that the writer was taught from are described in the "
    "same way."
)
UNLIKE = (
    "Each is described by {used}. The emails that the writer was taught from say more about each recipient; your file "
    "has no column for: {missing}."
)
UNUSED = "Not used to describe them: {unused}."
ALL_ALIKE = (
    "The emails that the writer was taught from say nothing about who they went to, so nothing from your file is used. "
    "To the writer, everybody here is “{context}”, and all of them get the same email."
)
FIRST = "The first few recipients, as the writer reads about them"
TOO_MANY = (
    "{name} holds {count:,} recipients; the page takes at most {most}. Take fewer, or use the command below, which "
    "takes any number"
)
UNTAUGHT_MANY = (
    "This writer was not taught. Its emails are written beside those of the plain writer, and you can "
    "download them all."
)
EXPECTED = "What the predictor expects. Only real replies prove it."
SHARED = (
    "{count} of these {of} emails after teaching contain the same sentence: “{sentence}” If that is too often "
    "and the writer uses your own sentences, untick this one under “Your own sentences” in step 2 and teach again."
)
TABLE = {
    "context": "recipient",
    "base": "answers per 100, before",
    "warm_start": "answers per 100, before practice",
    "tuned": "answers per 100, after",
    "gain": "difference",
    "base_email": "email before",
    "tuned_email": "email after",
}
"""Headers of the table of emails."""
TABLE_UNTAUGHT = {
    "base": "answers per 100, plain writer",
    "tuned": "answers per 100, this writer",
    "base_email": "email of the plain writer",
    "tuned_email": "email of this writer",
}
"""The same where the writer was not taught."""
GAINED, LOST = "Gained most", "Lost most"
CHANGE = "{change:+.0f} answers per 100"
FIGURES = "The figures behind this"

# --- the blind test ---------------------------------------------------------------------------------------------------

BLIND_ABOUT = (
    "Two emails to one recipient, one from before teaching and one from after, in random order. Choose the one you "
    "would rather send, and we show you which is which. Here people judge, not the predictor."
)
BLIND_BEFORE = "Press “Write two emails”."
BLIND_LOCKED = "A blind test needs a taught writer: step 2."
BLIND_WRITE = "Write two emails"
BLIND_EMAIL = "Email {name}"
BLIND_LOADING = "Loading and writing …"
BLIND_STOPPED = "Stopped; there is nothing to vote on."
BLIND_CHOOSE = "Which one would you rather send?"
BLIND_CHOICES = ("A is better", "B is better", "No difference")
NO_PREFERENCE = "You see no difference."
CHOSE = "You chose the email from {whose}."
COUNTED = " Thank you, your vote is counted. The next recipient is filled in; these two were for: {context}"
NO_VOTES = "No votes yet."
UNDECIDED = " {count} without a preference."
VOTES = (
    "The email from after teaching won {taught} of {decided} votes. With more votes its share would likely end up "
    "between {low:.0f}% and {high:.0f}%."
)
PREFER_TAUGHT = "So far the emails from after teaching win."
PREFER_UNTAUGHT = "So far the emails from before teaching win."
TOO_FEW_VOTES = "Too few votes to tell."
