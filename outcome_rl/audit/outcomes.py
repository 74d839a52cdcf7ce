"""What tells the outcome without reading the email: how rare it is, how long the email is, whom it was for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.dataset import FEWEST_ROWS, EmailData
from ..outcomes import NUM_OUTCOMES, OUTCOMES
from ..text.checks import EXAMINED
from ..text.quoted import quote
from ..utils.formatting import count_of
from .findings import Finding

FEW_ROWS = 20
RARE, COMMON = 0.05, 0.9
SAME_CONTEXT = 8
CHANCE = 0.05
SAMPLED = 4000
"""Rows that the test of the contexts' wording looks at, at most."""
TELLING = 0.8
"""AUC above which contexts alone are a warning."""


def outcome_findings(data: EmailData) -> list[Finding]:
    """Classes, lengths and contexts."""
    return [*class_findings(data), *length_findings(data), *same_context_findings(data), *context_findings(data)]


COUNT_AS_REPLIES = " Or count them as replies, where you say what each outcome means."


def class_findings(data: EmailData) -> list[Finding]:
    """Outcomes with too few rows or none, and files where one outcome is nearly all or nearly nothing."""
    findings = []
    names, counts, known = _names(), data.counts(), data.known_outcomes()
    if not counts[0] or not any(counts[1:]):
        findings.append(Finding(
            "few-rows", "problem",
            f"No row has the outcome {names[0] if not counts[0] else f'{names[1]} or {names[2]}'}",
            f"Add at least {FEWEST_ROWS}, better {FEW_ROWS} or more: a model learns what sets answered emails apart "
            "from the others.",
        ))  # fmt: skip
    for name, count in zip(names, counts, strict=True):
        if 0 < count < FEW_ROWS:
            findings.append(Finding(
                "few-rows", "problem" if count < FEWEST_ROWS else "warning",
                f"The outcome {name} has {count_of(count, 'row')}",
                f"Add rows of it: {FEWEST_ROWS} are needed, {FEW_ROWS} or more are better; below that nothing "
                f"reliable can be learned or measured.{COUNT_AS_REPLIES if name == names[2] else ''}",
            ))  # fmt: skip
    missing = [names[outcome] for outcome in range(NUM_OUTCOMES) if outcome not in known]
    if missing:
        findings.append(Finding(
            "two-outcomes", "note",
            f"No row has the outcome {missing[0]}; the file tells {names[known[0]]} from {names[known[1]]}",
            f"Two outcomes are enough. What leads to a {missing[0]} cannot be learned without rows of it.",
        ))  # fmt: skip
    shares = np.array(counts) / len(data)
    low, high = min(known, key=lambda outcome: shares[outcome]), int(shares.argmax())
    if shares[low] < RARE or shares[high] > COMMON:
        findings.append(Finding(
            "imbalance", "warning",
            f"The outcomes are uneven: {shares[high]:.0%} of the rows are {names[high]}, "
            f"{shares[low]:.1%} {names[low]}",
            f"Read the macro-F1 and the AUCs, not the accuracy: always saying {names[high]} is right in "
            f"{shares[high]:.0%} of the rows.",
        ))  # fmt: skip
    return findings


def length_findings(data: EmailData) -> list[Finding]:
    """Whether the number of words goes with the outcome: Kruskal and Wallis's test, Spearman's correlation."""
    from scipy.stats import kruskal, spearmanr

    words = words_by_outcome(data)
    present = [each for each in words if len(each)]
    if len(present) < 2 or len(np.unique(np.concatenate(present))) < 2:
        return []
    test = kruskal(*present)
    explained = max(0.0, (test.statistic - len(present) + 1) / max(1, len(data) - len(present)))
    if test.pvalue >= 0.001 or explained < 0.02:
        return []
    every = np.concatenate(words)
    rho = spearmanr(every, np.repeat(np.arange(3), [len(each) for each in words])).statistic
    medians = ", ".join(
        f"{np.median(each):.0f} words for {name}" for name, each in zip(_names(), words, strict=True) if len(each)
    )
    message = (
        f"The length goes with the outcome: the median email has {medians} (rank correlation {rho:+.2f}, "
        f"{explained:.0%} of the ranks' variance, p = {max(test.pvalue, 1e-99):.1g})"
    )
    advice = (
        "Ask whether length is the cause: if long emails only went to people who had answered before, a model will "
        "write long emails for nothing."
    )
    return [Finding("length", "warning" if explained >= 0.2 else "note", message, advice)]


def words_by_outcome(data: EmailData) -> list[np.ndarray]:
    """Numbers of words of the emails with outcome 0, 1 and 2."""
    words = np.array([len(email[:EXAMINED].split()) for email in data.emails])
    outcomes = np.array(data.outcomes)
    return [words[outcomes == outcome] for outcome in range(NUM_OUTCOMES)]


def same_context_findings(data: EmailData) -> list[Finding]:
    """Contexts with many rows of one outcome only, where chance (corrected for their number) does not do that."""
    places: dict[str, list[int]] = {}
    for place, context in enumerate(data.contexts):
        places.setdefault(" ".join(context.lower().split()), []).append(place)
    many = [rows for rows in places.values() if len(rows) >= SAME_CONTEXT]
    if len(places) < 2:
        return []
    shares = np.array(data.counts()) / len(data)
    found = []
    for rows in many:
        outcome = data.outcomes[rows[0]]
        pure = all(data.outcomes[place] == outcome for place in rows)
        if pure and shares[outcome] ** len(rows) * len(many) * len(data.known_outcomes()) <= CHANCE:
            found.append(rows)
    if not found:
        return []
    first = max(found, key=len)
    message = (
        f"{count_of(len(found), 'context')} with {SAME_CONTEXT} or more rows and one outcome only, as "
        f"{quote(data.contexts[first[0]])}: {len(first)} rows, all {_names()[data.outcomes[first[0]]]}"
    )
    advice = (
        "There the context decides, whatever the email says: add emails with other outcomes for it, or make contexts "
        "less particular."
    )
    lines = tuple(sorted(data.rows[place] for rows in found for place in rows))
    return [Finding("context-outcome", "warning", message, advice, lines)]


def context_findings(data: EmailData) -> list[Finding]:
    """How well the contexts' wording alone tells any answer, and a conversion, in cross-validation."""
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.permutation(len(data))[:SAMPLED])
    contexts = [data.contexts[i][:EXAMINED] for i in chosen]
    outcomes = np.array(data.outcomes)[chosen]
    questions = {1: "any answer", 2: "a conversion"}
    if len(data.known_outcomes()) == 2:  # then there is one question
        questions = {2: "a conversion"} if 2 in data.known_outcomes() else {1: "a reply"}
    tested = [(what, *_auc(contexts, outcomes >= least)) for least, what in questions.items()]
    what, auc, half = max(tested, key=lambda each: each[1] - each[2])
    low, high = auc - half, min(1.0, auc + half)
    if low <= 0.5:
        return []
    message = (
        f"The context alone tells {what} with an AUC of {auc:.2f} (99 % interval {low:.2f} to {high:.2f}; "
        "0.5 is guessing)"
    )
    advice = (
        "This much has nothing to do with the email: compare the reward model with it, and judge emails against others "
        "for the same context."
    )
    return [Finding("context", "warning" if low >= TELLING else "note", message, advice)]


def _auc(contexts: Sequence[str], positive: np.ndarray) -> tuple[float, float]:
    """Cross-validated AUC of TF-IDF with logistic regression, and half the width of its 99 % interval.

    The interval is Hanley and McNeil's (1982, "The meaning and use of the area under a ROC curve"). (0.5, 0.5) where
    an outcome has under ten rows or the contexts have no words.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    ones, zeros = int(positive.sum()), int((~positive).sum())
    if min(ones, zeros) < 10:
        return 0.5, 0.5
    vectors = TfidfVectorizer(sublinear_tf=True, max_features=20_000, token_pattern=r"(?u)\w+")
    model = make_pipeline(vectors, LogisticRegression(solver="liblinear"))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    try:
        scores = cross_val_predict(model, list(contexts), positive, cv=folds, method="predict_proba")[:, 1]
    except ValueError:  # no words in the contexts
        return 0.5, 0.5
    auc = float(roc_auc_score(positive, scores))
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (ones - 1) * (q1 - auc**2) + (zeros - 1) * (q2 - auc**2)) / (ones * zeros)
    return auc, 2.58 * float(np.sqrt(max(0.0, variance)))


def _names() -> list[str]:
    return [name.replace("_", " ") for name in OUTCOMES]
