"""The verdict on each result: can it be relied on, why, and what to do next. At most :data:`LONGEST` words each."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 40
GREEN, AMBER, RED = "good", "caution", "bad"


@dataclass(frozen=True)
class Verdict:
    """``tone``: green, amber or red. ``answer``: whether to rely on it, ``why``, and what to do ``next``."""

    tone: str
    answer: str
    why: str
    next: str

    @property
    def words(self) -> int:
        """How long it is."""
        return len(f"{self.answer} {self.why} {self.next}".split())


# --- the predictor ----------------------------------------------------------------------------------------------------

PREDICTOR_OUTDATED = Verdict(
    AMBER, "It can't be used any more.", "An older version of this program made it.", "Learn from your emails again."
)
PREDICTOR_GUESSES = Verdict(
    RED,
    "Don't rely on it.",
    "On unseen emails it did no better than guessing, so its opinions are not shown.",
    "Add emails or look at the check above, then let it learn again. Or make a writer without teaching: step 2.",
)
ADD_ANSWERED = (
    "Add answered emails above all: of {count:,} only {answered:,} were answered. Or make a writer without teaching: "
    "step 2."
)
ADD_ABOUT = (
    "About {rows:,} more emails like these, {answered:,} of them answered, should do. Or make a writer without "
    "teaching: step 2."
)
ADD_DIFFERENT = (
    "More of the same would hardly help. Send similar people different emails, or make a writer without teaching: step "
    "2."
)
ORDER_ABOUT = "On to step 2. About {rows:,} more emails should show it which of two emails to similar people is better."
ORDER_DIFFERENT = (
    "Go on to step 2. To settle which of two emails is better, it needs different emails to similar people."
)
PREDICTOR_ROUGH = Verdict(
    AMBER,
    "It tells better emails from worse.",
    "For similar recipients, the emails it prefers were answered more often. Its figures are rough.",
    "Go on to step 2. Compare emails rather than trust a figure.",
)
PREDICTOR_GOOD = Verdict(
    GREEN,
    "You can rely on it.",
    "On emails it had not seen, it beat guessing and every simple rule we tried.",
    "Teach the writer: step 2.",
)
PREDICTOR_UNCLEAR = Verdict(
    AMBER,
    "Use it with care.",
    "It beats guessing, but {rules} might do as well.",
    "Go on to step 2. Compare emails rather than trust a figure; more emails may settle it.",
)
PREDICTOR_SIMPLE_RULE = Verdict(
    AMBER,
    "Rely on it only a little.",
    "It beats guessing, but {rules} does better, so it has learned little about your wording.",
    "Add emails that are worded differently, or go on and judge for yourself.",
)

RULES = {
    "majority": "always saying what happens most often",
    "length": "going by length alone",
    "context": "going by the recipient alone",
    "tfidf_logreg": "going by which words occur",
    "embedding_logreg": "a simpler predictor",
}
"""Simple rules that a predictor is held against, by what the engine calls them, as the subject of a sentence."""
GOING_BY = "going by "
"""How most begin; said once for two of them."""
SOME_RULE = "a simple rule"
NAMED_ALONE = "majority"
"""It is held against the outcomes named, guessing against the chances given: named only where it is the only one."""

# --- teaching, and any comparison -------------------------------------------------------------------------------------

TAUGHT_BY_GUESSES = Verdict(
    RED,
    "Don't rely on it.",
    "The predictor does no better than guessing, so nobody knows whether these emails are better.",
    "Add more emails with known outcomes, let it learn again, then teach again.",
)
TAUGHT_BETTER = Verdict(
    GREEN,
    "Yes, as far as can be predicted.",
    "The predictor scores the emails higher, for recipients the writer never practised on.",
    "Write a few, read them, and send some from before teaching and some from after: only real replies prove it.",
)
BETTER_BEFORE_TEACHING = Verdict(
    AMBER,
    "Better emails, though not through practice.",
    "This writer beats the plain one because it uses the sentences of answered emails. Practising with them made no "
    "clear difference.",
    "Use it, or teach it for longer. Only real replies prove it.",
)
TAUGHT_WORSE = Verdict(
    RED,
    "No: worse, as far as can be predicted.",
    "The predictor scores the emails lower than before teaching.",
    "Use the “Before teaching” emails in step 3, or teach again with more time and more emails.",
)
TAUGHT_FAULTY = Verdict(
    RED,
    "No, don't send these unread.",
    "Whatever the score, there are more faults than before: {faults}.",
    "Teach again with “Use my own sentences”, or check every claim.",
)
TAUGHT_FEW = Verdict(
    AMBER,
    "Too early to tell.",
    "There were too few recipients to compare.",
    "Compare at least five in step 3.",
)
TAUGHT_DISPUTED = Verdict(
    AMBER,
    "Perhaps. Read on before you decide.",
    "The predictor scores the emails higher, but a second opinion does not bear that out.",
    "Read both side by side in step 3, or teach with more emails.",
)
TAUGHT_UNCLEAR = Verdict(
    AMBER,
    "No clear difference.",
    "The emails before and after teaching score about the same.",
    "Give it more time, or add more emails and let the predictor learn again.",
)
NOTHING_KEPT = Verdict(
    AMBER,
    "Practice changed nothing.",
    "No round raised the score of the emails, so the writer stayed as it was before the first one.",
    "Give it more time, or add more emails and let the predictor learn again.",
)
NOTHING_TAUGHT = Verdict(
    AMBER,
    "No practice yet.",
    "Time ran out before the first round, so the writer has read your answered emails but has not practised.",
    "Give it more minutes, and start again.",
)
WRITES_UNTAUGHT = Verdict(
    AMBER,
    "Ready to write, not taught.",
    "It puts your own sentences together, most of all those from answered emails. Its emails have not been scored.",
    "Write a few emails in step 3, and read them before you send them.",
)
WRITES_FREELY_UNTAUGHT = Verdict(
    AMBER,
    "Ready to write, not taught.",
    "It finds its own words and may make things up. Its emails have not been scored.",
    "Write a few emails in step 3, and check every claim before you send them.",
)
UNTAUGHT_WRITTEN = Verdict(
    AMBER,
    "Written, and not scored.",
    "With your emails, the predictor is only guessing, so nobody knows which of these are better.",
    "Read them before you send them. More answered emails in step 1 help the predictor.",
)
UNTAUGHT_FAULTY = Verdict(
    RED,
    "Don't send these unread.",
    "Whatever the score, they have more faults than the plain writer's emails: {faults}.",
    "Use your own sentences (step 2), or check every claim.",
)
UNTAUGHT_BETTER = Verdict(
    GREEN,
    "Better than the plain writer, as far as can be predicted.",
    "The predictor scores this writer's emails higher, though the writer was not taught.",
    "Read them, and send some: only real replies prove it. Or teach the writer: step 2.",
)
UNTAUGHT_NOT_BETTER = Verdict(
    AMBER,
    "Not clearly better than the plain writer.",
    "The predictor sees no clear gain in this writer's emails.",
    "Read them before you send them, or teach the writer: step 2.",
)
UNTRUSTED_OPINION = (
    "No prediction: on your emails the predictor does no better than guessing. More emails with known outcomes may "
    "help."
)
"""In place of any number of a predictor that cannot be trusted."""
UNSURE_OPINION = "Treat this with caution: a simple rule might do as well. Use it to compare drafts, not as a promise."
