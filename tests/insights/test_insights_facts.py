"""What is counted in one email."""

import numpy as np
import pytest

from outcome_rl.insights import asks
from outcome_rl.insights.asks import ask_kind
from outcome_rl.insights.email_facts import OPENINGS, email_facts, opening
from outcome_rl.insights.published import published_advice
from outcome_rl.text.hints import hints

EMAIL = (
    "Subject: Your shelves in Lyon\n\nHi Ana,\n\nIs stock counted by hand? See https://a.example/x?y=1! "
    "Free for {{firm}}!"
)


@pytest.mark.parametrize(
    ("email", "kind"),
    [
        ("Would you have ten minutes for a call on Tuesday?", "meeting"),
        ("Would it be worth a look?", "interest"),
        ("May I send you the two-page summary?", "document"),
        ("Please click the link below.", "link"),
        ("Just reply with yes.", "reply"),
        ("Worth a look? If so, shall we book a call?", "meeting"),
        ("We make shelves.", asks.NOTHING),
        ("", asks.NOTHING),
    ],
)
def test_what_an_email_asks_for(email, kind):
    assert ask_kind(email) == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Hi Ana,\n\nHow do you count stock?", "question"),
        ("Dear Ms. Ferro,\nI hope this finds you well. We make shelves.", "pleasantry"),
        ("We make shelves for shops like yours.", "sender"),
        ("Morning Ana,\n\nhow do you count stock?", "question"),
        ("Hiya,\nI hope this finds you well.", "pleasantry"),
        ("Guten Tag Frau Ferro,\n\nwe make shelves for shops.", "sender"),
        ("Hello,\nyour shelves in Lyon are empty on Mondays.", "reader"),
        ("Shelves fall. We mend them.", "other"),
        ("", "other"),
    ],
)
def test_how_an_email_opens(body, kind):
    assert opening(body) == kind


def test_each_fact_of_an_email():
    facts = email_facts(["Shop in Lyon with shelves."], [EMAIL])
    assert facts.words[0] == len(EMAIL.split())
    assert facts.questions[0] == 1  # the mark inside the link is none
    assert (facts.subject_words[0], facts.subject_letters[0]) == (4, 20)
    assert (facts.links[0], facts.exclamations[0]) == (1, 2)
    assert (facts.placeholders[0], facts.pushy[0]) == (1, 0)  # "free" alone is not held against it
    assert facts.opening[0] == list(OPENINGS).index("question")
    assert 0 < facts.context_share[0] < 1


def test_an_email_without_subject_or_english_words():
    facts = email_facts(["A."], ["您好 在吗"])
    assert np.isnan(facts.subject_words[0])
    assert np.isnan(facts.grade[0])


def test_other_asks_may_be_told_by_another_function():
    facts = email_facts(["A."] * 2, ["One.", "Two."], lambda email: "a dance" if "Two" in email else asks.NOTHING)
    assert [facts.ask_kinds[int(place)] for place in facts.ask] == [asks.NOTHING, "a dance"]


def test_slow_facts_are_found_of_the_chosen_rows_alone():
    facts = email_facts(["A."] * 2, ["We make shelves."] * 2, looked_at=np.array([True, False]))
    assert facts.ask.tolist() == [0, -1]
    assert np.isnan(facts.grade).tolist() == [False, True]


THRESHOLDS = [
    *(" ".join(["word"] * count) + "." for count in (24, 25, 125, 126)),
    *("Is it so? " * count + "It is so." for count in (0, 1, 3, 4)),
    *("Look" + "!" * count for count in (4, 5)),
    *(f"Subject: {subject}\n\nIt is so." for subject in ("a " * 8, "a " * 9, "x" * 50, "x" * 51)),
    "Subject: \n\nIt is so.",
    "We sell good steel parts to many small firms, and we answer every letter in one day.",
    "Organisational transformation necessitates considerable interdepartmental communication.",
]


@pytest.mark.parametrize(
    ("factor", "hint"),
    [
        ("length", "Words"),
        ("questions", "Questions"),
        ("grade", "Reading grade"),
        ("subject", "Subject line"),
        ("exclamation_marks", "Punctuation"),
    ],
)
def test_published_thresholds_are_those_of_the_hints(factor, hint):
    emails = [email for email in THRESHOLDS for _ in range(20)]  # enough of each for a comparison
    advice = {each.factor: each for each in published_advice(email_facts(["A."] * len(emails), emails))}
    codes = advice[factor].groups.codes[::20].tolist()
    said = [{True: 1, False: 0, None: -1}[next(h for h in hints(email) if h.name == hint).fine] for email in THRESHOLDS]
    assert codes == said
    assert set(codes) >= {0, 1}
    assert (advice[factor].advice, advice[factor].source) == next(
        (h.advice, h.source) for h in hints("A.") if h.name == hint
    )


def test_the_published_comparison_of_asks_is_interest_against_a_meeting():
    emails = ["Worth a look?", "Shall we book a call?", "We make shelves."] * 20
    advice = {each.factor: each for each in published_advice(email_facts(["A."] * 60, emails))}
    assert advice["ask"].groups.codes[:3].tolist() == [1, 0, -1]
