"""What is said about a single email."""

from __future__ import annotations

from ...text import checks

NO_PREDICTOR = "There is no predictor yet. Let it learn from your emails in step 1; then any text can be scored here."
NO_EMAIL = "There is no email to score; type or paste one."
HARDLY_AN_EMAIL = (
    "This was marked down: it is pushy, off the subject or no email at all, unlike the emails that the predictor knows."
)
OTHER_LANGUAGE = (
    "This email is in {found}. The predictor has learned from emails in {learned}, so its figures mean little here."
)
GREETS_SOMEBODY_ELSE = "It greets {greeted}, but the recipient is {recipient}."
NOT_FOR_SENSE = (
    "The predictor goes by what can be counted, such as length and questions, and by words that it knows. It does not "
    "read for sense, so an email that talks nonsense in familiar words can score well."
)
ALL_FAULTS = "It {faults}. It would not be answered as often as the figure says."
FAULTS = {
    "cut_off": "breaks off in mid-sentence",
    "placeholders": "still has placeholders in it",
    "misspelt": "gets a name wrong",
    "greeting": "greets somebody else",
    "product": "does not name the product",
    "assistant": "talks about the email instead of being one",
    "repeated": "repeats itself",
}
"""What a reader sees at once and a predictor may not, by what was found."""
DISAGREEMENT = "Treat this one with extra caution: the predictor is in two minds, so the figure may be far off."
WHICH_SENTENCES = "Which sentences make the difference"
RAISES, LOWERS = "helps", "hurts"
LEGEND = (
    "We predicted how the email would do with and without each sentence. “Helps” means that the email does better with "
    "it than without it; a different sentence may help more. Greeting and signature are not judged."
)
IN_FIGURES = "The figures behind this (for engineers)"
PARTS = {
    "outcome": "Predicted outcome",
    "sense": "Taken off: does not read like an email",
    "fit": "Taken off: written for somebody else",
    "claims": "Taken off: claims that nothing backs up",
    "order": "Added or taken off: how well the sentences follow on",
}
FIGURES_EXPLAINED = (
    "In the field's terms: the reward is the payoff averaged over the predicted probabilities, less what is doubtful. "
    "A sentence's figure is what it adds, on average, with more or fewer of the others around it, to an email that "
    "could go either way. Greeting, sign-off and signature are not judged."
)
MERGE_FIELDS = "Whatever is in {{…}} is filled in by the tool that sends the emails."
CHECK_THIS = "Check before sending"
CLAIM = "claim"
FOUND = {
    checks.ASK: "call to action", checks.QUESTION: "question", checks.PLACEHOLDER: "placeholder",
    checks.PUSHY: "pushy word", CLAIM: "check this",
}  # fmt: skip
"""What is marked in an email, by its kind."""
AS_ADVISED, LOOK_AT_THIS, NO_ADVICE = "as advised", "look at this", "no advice"
WORDS, QUESTIONS, ASK, NO_ASK = "Words", "Questions", "Call to action", "none found"
PREDICTED, REWARD, WRITTEN_BY = "Predicted", "Reward: doubts taken off", "Written by"
AGAINST_YOURS = "Compared with your emails ({own})"
HINTS, ALL_FINE = "Hints: look at {names}", "Hints: nothing to look at"
DRAFT, MORE_DRAFT = "Draft {number}", "more draft"
