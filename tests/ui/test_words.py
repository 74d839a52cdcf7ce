"""The page's words: short verdicts, settings that all have a place and a name."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from outcome_rl.config import FinetuneConfig, RewardConfig, SamplingConfig
from outcome_rl.evaluation.comparison import FAULTS
from outcome_rl.pipelines.choose_writing import LARGE, TOO_FEW
from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.metadata import CONTEXT_ALONE, ORDER_UNSURE
from outcome_rl.rl.holding import EARLIER, MEASURED, RECKONED, without_others
from outcome_rl.rl.pace import Pace
from outcome_rl.rl.plan import Plan, Work, plan_for
from outcome_rl.rl.time_budget import TOO_SHORT
from outcome_rl.rl.trainer import NOT_JUDGED, NOTHING_LEFT
from outcome_rl.rl.validation import NO_JUDGE
from outcome_rl.text.claims import KINDS
from outcome_rl.ui.common import claims, verdicts
from outcome_rl.ui.words import verdicts as words
from outcome_rl.ui.words.claims import WHY
from outcome_rl.ui.words.jargon import JARGON
from outcome_rl.ui.words.notices import PLAIN, about_time, in_plain_words
from outcome_rl.ui.words.settings import LEARNING, TEACHING, WORTH_ABOUT, WRITING
from outcome_rl.ui.words.teach import in_rounds

LONG_RULES = {name: {"beaten": "unclear"} for name in words.RULES}
UNSETTLED = verdicts.of_predictor({"beats_guessing": True, "beats_baselines": "unclear", "baselines": LONG_RULES})
TRUSTS_NOT = {"beats_guessing": "unclear", "tells_apart": "unclear"}
TRUSTED = {"beats_guessing": True, "baselines": LONG_RULES}
MANY = {"outcomes": [9000, 1000, 500]}
NUMBERED = [
    verdicts.of_predictor({**figures, **MANY, "more_rows_to_trust": rows, "more_rows_for_order": rows})
    for rows in (12_500, None)
    for figures in (
        TRUSTS_NOT,
        {**TRUSTED, "beats_baselines": True},
        {**TRUSTED, "beats_baselines": "unclear"},
    )
]
VERDICTS = [each for each in vars(words).values() if isinstance(each, words.Verdict)]
FAULTY = verdicts.of_comparison({"improved": "unclear", "worse": list(FAULTS)})


@pytest.mark.parametrize("verdict", [*VERDICTS, *NUMBERED, FAULTY, UNSETTLED], ids=lambda each: each.answer)
def test_a_verdict_is_short_says_what_to_do_and_needs_no_dictionary(verdict):
    assert verdict.words <= words.LONGEST
    assert all((verdict.answer, verdict.why, verdict.next))
    said = f"{verdict.answer} {verdict.why} {verdict.next}"
    assert [word for word in JARGON if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said, re.I)] == []


@pytest.mark.parametrize(
    ("config", "said"), [(RewardConfig, LEARNING), (FinetuneConfig, TEACHING), (SamplingConfig, WRITING)]
)
def test_every_setting_stands_in_one_place_under_a_name(config, said):
    placed = [*said.plain, *(name for group in said.groups for name in group.names)]
    assert sorted(placed) == sorted(spec.name for spec in fields(config))
    assert all("_" not in said.label(name) and said.label(name)[0].isupper() for name in placed)
    assert all(len(group.names) <= 10 for group in said.groups)


def test_the_worth_of_an_outcome_is_told_by_how_the_defaults_compare():
    no_reply, reply, conversion = RewardConfig().payoffs
    assert f"With −{-no_reply:g}, {reply:g} and {conversion:g}, one conversion" in WORTH_ABOUT
    assert conversion == 4 * reply and "as much as four replies" in WORTH_ABOUT
    assert -no_reply == 2 * reply and "costs as much as two replies bring" in WORTH_ABOUT
    for said in (LEARNING, TEACHING):
        (group,) = (group for group in said.groups if "payoff_reply" in group.names)
        assert WORTH_ABOUT in group.about


@pytest.mark.parametrize(
    ("unsettled", "named"),
    [
        (("majority", "length"), "going by length alone might"),
        (("majority",), "always saying what happens most often might"),
        (("context", "length"), "going by length alone or the recipient alone might"),
        ((), "a simple rule might"),
    ],
)
def test_the_verdict_names_the_rule_that_is_not_settled(unsettled, named):
    rivals = {name: {"beaten": "unclear" if name in unsettled else True} for name in BASELINES}
    found = verdicts.of_predictor({"beats_guessing": True, "beats_baselines": "unclear", "baselines": rivals})
    assert f", but {named}" in found.why


@pytest.mark.parametrize(
    ("outcomes", "rows", "said"),
    [
        ([85, 10, 5], 400, "About 400 more emails like these, 60 of them answered, should do."),
        ([85, 10, 5], None, "of 100 only 15 were answered"),
        ([700, 200, 100], None, "More of the same would hardly help. Send similar people different emails"),
    ],
)
def test_a_predictor_that_guesses_is_told_how_many_more_emails_of_which_kind_it_needs(outcomes, rows, said):
    found = verdicts.of_predictor({**TRUSTS_NOT, "outcomes": outcomes, "more_rows_to_trust": rows})
    assert (found.tone, said in found.next) == (words.RED, True)
    assert "make a writer without teaching" in found.next


@pytest.mark.parametrize("beaten", [True, "unclear"])
def test_one_whose_order_is_not_sure_is_told_how_many_more_would_make_it_so(beaten):
    def next_of(rows, outcomes):
        figures = {"beats_guessing": True, "beats_baselines": beaten, "outcomes": outcomes, "more_rows_for_order": rows}
        return verdicts.of_predictor(figures).next

    assert "About 1,500 more emails should show it which of two emails to similar people is better." in next_of(
        1500, [800, 100, 100]
    )
    assert "different emails to similar people" in next_of(None, [800, 100, 100])
    usual = (words.PREDICTOR_GOOD if beaten is True else words.PREDICTOR_UNCLEAR).next
    assert next_of(0, [800, 100, 100]) == next_of(None, [80, 10, 10]) == usual, "sure, or too few to tell"


def test_every_simple_rule_but_guessing_has_a_name_for_sellers():
    assert {*words.RULES, "class_prior"} == {*BASELINES}


@pytest.mark.parametrize(
    ("comparison", "tuned", "verdict"),
    [
        ({"improved": True}, {}, words.TAUGHT_BETTER),
        ({"improved": True}, {"verdict_ignored": True}, words.TAUGHT_BY_GUESSES),
        ({"improved": "unclear", "reward_model_guesses": True}, {}, words.TAUGHT_BY_GUESSES),
        ({"improved": True}, {"best_step": 0, "steps": 7}, words.NOTHING_KEPT),
        ({"improved": True, "improved_over_warm_start": True}, {"best_step": 3}, words.TAUGHT_BETTER),
        ({"improved": "unclear", "better_than_base": True}, {"best_step": 3}, words.BETTER_BEFORE_TEACHING),
        ({"improved": "unclear", "better_than_base": True}, {"best_step": 0, "steps": 7}, words.NOTHING_KEPT),
        ({"improved": False}, {}, words.TAUGHT_WORSE),
        ({"improved": "unclear", "n": 4}, {}, words.TAUGHT_FEW),
        ({"improved": "unclear", "n": 5}, {}, words.TAUGHT_UNCLEAR),
        ({"improved": "unclear", "n": 24, "reward_model_improved": True}, {}, words.TAUGHT_DISPUTED),
        ({"improved": "unclear", "n": 24}, {"best_step": 0, "steps": 7}, words.NOTHING_KEPT),
        ({"improved": "unclear", "n": 24}, {"best_step": 0, "steps": 0}, words.NOTHING_TAUGHT),
    ],
)
def test_each_result_gets_its_verdict(comparison, tuned, verdict):
    assert verdicts.of_comparison(comparison, tuned) == verdict


def test_more_faults_are_named_and_never_green():
    assert verdicts.of_comparison({"improved": True, "worse": list(FAULTS)}) == FAULTY
    assert FAULTY.tone == words.RED
    assert all(fault in FAULTY.why for fault in FAULTS)


def test_a_comparison_of_scores_claims_nothing_about_replies():
    """The score takes claims and faults into account, so it can fall while more replies are expected."""
    for each in (words.TAUGHT_BETTER, words.TAUGHT_WORSE, words.TAUGHT_DISPUTED, words.TAUGHT_UNCLEAR, FAULTY):
        assert "score" in each.why
        assert "repl" not in each.why


def test_an_opinion_is_hidden_shown_with_care_or_shown():
    guesses, unsure, good = (
        {"beats_guessing": "unclear"},
        {"beats_guessing": True, "beats_baselines": "unclear"},
        {"beats_guessing": True, "beats_baselines": True},
    )
    assert [bool(verdicts.distrust(each)) for each in (guesses, unsure, good)] == [True, False, False]
    assert [bool(verdicts.reservation(each)) for each in (guesses, unsure, good)] == [False, True, False]


def test_every_kind_of_claim_has_its_reason_in_plain_words():
    assert WHY.keys() == KINDS.keys()
    assert all(claims.plain_why(KINDS[kind]) == why for kind, why in WHY.items())
    assert claims.plain_why("another reason") == "another reason"


def test_what_the_engine_has_to_say_is_said_in_plain_words_or_left_to_engineers():
    assert in_plain_words(["gpt2 is not available, so the bundled SmolLM2-135M-Instruct is used instead."]) == []
    too_short = f"{TOO_SHORT} About 59 minutes would hold 10 steps on this machine."
    assert in_plain_words([too_short, too_short]) == [
        "Time ran out before the first round, so nothing was taught. About 59 minutes would be enough on this computer."
    ]
    hours = f"{TOO_SHORT} About 141 minutes would hold 10 steps on this machine."
    forecast = (
        f"{MEASURED}: in the 7 min that are left there is time for no RL step, and it takes at least 5 to change "
        "much; for 5 RL steps of the usual 32 emails, give it about 210 minutes."
    )
    assert in_plain_words([forecast]) == [
        "Measured on this computer just now: in the 7 min that are left there is time for no round, and it takes at "
        "least 5 to change much; for 5 rounds of the usual 32 emails, give it about 3 h 30 min."
    ]
    assert in_plain_words([forecast, hours]) == [
        "Time ran out before the first round, so nothing was taught. About 2 h 21 min would be enough on this computer."
    ]
    assert in_plain_words([forecast, TOO_SHORT]) == [
        "Time ran out before the first round, so nothing was taught. About 3 h 30 min would be enough on this computer."
    ]
    assert in_plain_words([TOO_SHORT]) == [
        "Time ran out before the first round, so nothing was taught. Give it more minutes."
    ]
    guess = forecast.replace(MEASURED, RECKONED).replace("210", "30")
    assert in_plain_words([guess])[0].startswith("Estimated for this computer as busy as it is now: in the 7 min")
    assert in_plain_words([guess, forecast]) == in_plain_words([forecast])
    assert in_plain_words([guess, hours]) == in_plain_words([hours])
    assert in_plain_words([forecast.replace("210", "30"), forecast]) == in_plain_words([forecast]), "the later one"
    beside = f"{forecast} {without_others('90 %', 12)}"
    assert in_plain_words([beside])[0].endswith("of this computer; without them, about 12 minutes would do.")
    assert in_plain_words([beside, TOO_SHORT]) == in_plain_words([forecast, TOO_SHORT])
    enough = f"{MEASURED}: in the 7 min that are left there is time for about 9 RL steps of 32 emails."
    assert in_plain_words([guess, enough]) == [], "what was measured is nothing to warn of"
    assert in_plain_words([f"{hours} The model that was tuned before stays as it was."]) == in_plain_words([hours])
    assert in_plain_words(["The time was over when 2 of 24 contexts were compared."]) == [
        "Time ran out when 2 of 24 recipients had been compared; the figures are for those."
    ]
    said = in_plain_words([NOTHING_LEFT, TOO_FEW, LARGE, NO_JUDGE, NOT_JUDGED, CONTEXT_ALONE, ORDER_UNSURE])
    assert len(said) == 6
    for each in [*said, *PLAIN.values()]:
        assert [word for word in JARGON if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", each, re.I)] == []


@pytest.mark.parametrize("known", [RECKONED, EARLIER, MEASURED])
def test_a_plan_for_little_time_is_told_on_the_page_as_the_engine_tells_it(known):
    work, usual = Work(Pace(0.0, 1.0, 0.0, 0.0, 0.0), samples=4, learned=0), Plan(8, 16, 24)
    said = plan_for(200, work, usual).in_words("3 minutes", known)
    assert about_time(said)
    assert in_plain_words([said]) == [in_rounds(said)]
    assert "about 9 rounds of 16 emails; for 5 rounds of the usual 32 emails, give it about 5 minutes." in in_rounds(
        said
    )
