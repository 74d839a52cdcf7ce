"""A whole analysis: it finds what was planted, claims nothing else, and says so in plain words."""

import json
import random
import re
import subprocess
import sys

import pytest

from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.insights import analysis
from outcome_rl.insights.analysis import insights
from outcome_rl.insights.assembling import ALL_ALIKE, TOO_FEW
from outcome_rl.insights.results import AGREE, CANNOT_TELL, DISAGREE, FEWER, MORE, NOT_TESTED, UNCLEAR
from tests.helpers.insight_emails import ORIGINS, asking, by_lot, made, people, sentence

CAUSAL = re.compile(
    r"\b(?:because|caus\w*|leads?|led|boost\w*|increas\w*|improv\w*|rais\w+|drives?|makes?|effect\w*|impact\w*|should|"
    r"thanks to|due to|results? in|in order to|get more|will)\b",
    re.I,
)


def claims(result):
    return {
        (factor.name, level.label, effect.measure)
        for factor in result.factors
        for level in factor.levels
        for effect in level.effects
        if effect.verdict in (MORE, FEWER)
    }


@pytest.fixture(scope="module")
def planted():
    return insights(asking())


def test_a_planted_difference_is_found_and_said(planted):
    assert planted.findings[0].factor == "questions"
    level = planted.factor("questions").levels[1]
    assert (level.label, level.n) == ("1 or more", 200)
    words = planted.findings[0].sentence
    assert words.startswith(
        f"Emails with 1 or more questions were answered more often: {level.replied.hits} of 200, against "
    )
    assert re.search(r"Among emails alike in context and .*: about \d+ more of 100 \(\d+ to \d+\)\.$", words)
    assert planted.headline.startswith(f"{planted.found} difference" if planted.found > 1 else "One difference")


def test_the_difference_is_near_the_planted_one(planted):
    effect = planted.factor("questions").levels[1].effect("replied")
    assert effect.low <= 0.4 <= effect.high
    assert abs(effect.difference - 0.4) < 0.1
    assert effect.verdict == MORE


def test_two_levels_are_one_test_seen_from_both_sides(planted):
    no, yes = planted.factor("questions").levels
    assert no.effect("replied").difference == -yes.effect("replied").difference
    assert (no.effect("replied").low, no.effect("replied").verdict) == (-yes.effect("replied").high, FEWER)


def test_published_figures_stand_beside_ones_own(planted):
    published = planted.factor("questions").published
    assert published.source == "Boomerang, 40 million emails"
    assert published.verdict == AGREE
    assert published.sentence.startswith("Your emails agree: those with one to three questions were answered ")


def test_ones_own_emails_may_disagree_or_not_tell():
    assert insights(asking(with_question=0.2, without=0.6)).factor("questions").published.verdict == DISAGREE
    result = insights(by_lot())
    assert result.factor("questions").published.verdict == CANNOT_TELL
    assert result.factor("questions").published.sentence.startswith("Your emails cannot tell: ")


def test_where_nothing_matters_nothing_is_claimed_and_the_reader_hears_what_would_help():
    result = insights(by_lot())
    assert claims(result) == set()
    assert (result.findings, result.found) == ((), 0)
    assert result.headline.startswith("Nothing here is clear enough to rule out chance yet. What comes nearest: ")
    assert re.search(r"about [\d,]+ more emails would show it|far more than [\d,]+ more emails", result.headline)
    assert 0.05 < result.smallest_visible < 0.5


def test_what_context_decides_is_not_credited_to_the_email():
    """Those who asked for a price answer, and are asked questions: within each origin questions change nothing."""
    rng = random.Random(4)
    contexts = people(800, 4)
    rows = []
    for context in contexts:
        warm = ORIGINS[0] in context or ORIGINS[1] in context
        asks = rng.random() < (0.85 if warm else 0.15)
        text = f"{sentence(rng)} " + ("Is that so at yours?" if asks else "That may be so at yours.")
        rows.append((text, int(rng.random() < (0.6 if warm else 0.15))))
    result = insights(made(rows, contexts))
    no, yes = result.factor("questions").levels
    assert yes.replied.share - no.replied.share > 0.2
    assert yes.effect("replied").verdict == UNCLEAR
    assert {name for name, _, _ in claims(result)} == {"context_says"}


def with_templates(seed=0, count=12, n=600, shares=(0.1, 0.5)):
    rng = random.Random(seed)
    texts = [
        f"{sentence(rng)} {sentence(rng)} " + ("Is it so?" if place < count / 2 else "It is.") for place in range(count)
    ]
    lucky = set(rng.sample(range(count), count // 2))
    rows, names = [], []
    for _ in range(n):
        place = rng.randrange(count)
        words = texts[place].split()
        words[3] = rng.choice(["Ana", "Ben", "Chidi", "Dora", "Emil"])
        rows.append((" ".join(words), int(rng.random() < shares[place in lucky])))
        names.append(f"T{place}")
    return made(rows, people(n, seed)), names


def test_templates_are_told_apart_without_a_column():
    data, _ = with_templates()
    result = insights(data)
    assert len(result.templates) == 12
    assert sum(level.n for level in result.templates) == 600
    assert [level.n for level in result.templates] == sorted((level.n for level in result.templates), reverse=True)
    assert {name for name, _, _ in claims(result)} == {"template"}


def test_the_luck_of_templates_is_not_credited_to_what_stands_in_them():
    for seed in range(4):
        data, names = with_templates(seed)
        assert {name for name, _, _ in claims(insights(data, {"template": names}))} <= {"template"}


def test_intervals_know_that_rows_of_a_template_are_not_independent():
    data, names = with_templates()
    questions = insights(data, {"template": names}).factor("questions").levels[0]
    alone = insights(by_lot(600, share=questions.replied.share)).factor("questions").levels[0]
    assert questions.replied.high - questions.replied.low > 1.5 * (alone.replied.high - alone.replied.low)


def test_a_level_of_two_templates_is_said_to_be_too_few():
    data, names = with_templates(count=4)
    effect = insights(data, {"template": names}).factor("questions").levels[0].effect("replied")
    assert (effect.verdict, effect.reason) == (NOT_TESTED, "only 2 templates to go by")


def test_columns_become_factors():
    n = 400
    data = asking(n)
    columns = {
        "step": [str(1 + place % 3) for place in range(n)],
        "sent_at": [f"2024-03-{4 + place % 5:02d}T{8 + place % 9:02d}:15:00Z" for place in range(n)],
        "sender": ["Ana" if place % 3 else "Ben" for place in range(n)],
        "segment": ["big" if "food" in context else "small" for context in data.contexts],
        "variant": [""] * n,
    }
    result = insights(data, columns)
    names = {factor.name for factor in result.factors}
    assert names >= {"step", "weekday", "hour", "sender", "segment", "questions"}
    assert "variant" not in names
    assert "did not move" in result.factor("step").note
    assert any("UTC" in note for note in result.notes)
    assert "how they were sent" in result.factor("questions").adjusted_for
    assert result.findings[0].factor == "questions"


def test_steps_that_go_with_templates_cannot_be_told_from_them():
    data, names = with_templates()
    steps = ["1" if int(name[1:]) < 6 else "2" for name in names]
    effect = insights(data, {"template": names, "step": steps}).factor("step").levels[0].effect("replied")
    assert effect.verdict == NOT_TESTED
    assert effect.reason in ("goes together with: template", "goes together with: questions")


def test_the_luck_of_a_date_is_not_credited_to_its_weekday():
    """Three Mondays with 90, 30 and 30 answers of 100, three Tuesdays with 20 each: one lucky day, no Monday."""
    days = {"2024-03-04": 90, "2024-03-11": 30, "2024-03-18": 30, "2024-03-05": 20, "2024-03-12": 20, "2024-03-19": 20}
    rng = random.Random(0)
    rows = [(sentence(rng, 20), int(place < answers)) for answers in days.values() for place in range(100)]
    result = insights(made(rows), {"sent_at": [day for day in days for _ in range(100)]})
    monday = result.factor("weekday").levels[0]
    assert (monday.replied.hits, monday.n) == (150, 300)
    assert monday.effect("replied").verdict == UNCLEAR


def test_contexts_are_compared_within_templates_however_few():
    rng = random.Random(5)
    texts = [f"{sentence(rng)} {sentence(rng)}" for _ in range(2)]
    contexts = people(300, 5)
    rows = [
        (texts[i % 2], int(rng.random() < (0.6 if ORIGINS[0] in context else 0.2)))
        for i, context in enumerate(contexts)
    ]
    result = insights(made(rows, contexts))
    assert "template" in result.factor("context_says").adjusted_for
    assert ("context_says", ORIGINS[0], "replied") in claims(result)


def test_what_a_column_says_of_the_context_is_not_looked_for_again():
    data = asking()
    segment = [next(origin for origin in ORIGINS if origin in context) for context in data.contexts]
    names = {factor.name for factor in insights(data, {"segment": segment}).factors}
    assert "segment" in names
    assert "context_says" not in names


@pytest.mark.parametrize("outcome", [1, 2])
def test_files_with_two_outcomes(outcome):
    result = insights(asking(outcome=outcome))
    assert result.measures == (("replied",) if outcome == 1 else ("converted",))
    assert (result.converted if outcome == 1 else result.replied) is None
    assert result.findings[0].factor == "questions"
    assert result.findings[0].measure == result.measures[0]


def test_files_where_everybody_answered():
    result = insights(made([(f"{sentence(random.Random(i))}", 1 + i % 2) for i in range(60)]))
    assert result.measures == ("converted",)


def test_one_outcome_has_nothing_to_compare():
    result = insights(made([(sentence(random.Random(i)), 0) for i in range(40)]))
    assert (result.headline, result.measures, result.tests, result.smallest_visible) == (ALL_ALIKE, (), 0, None)
    assert insights(made([("One email.", 2)])).headline == ALL_ALIKE


def test_a_handful_of_emails_is_too_few():
    assert insights(made([(sentence(random.Random(i)), i % 3) for i in range(8)])).headline == TOO_FEW


def test_strange_texts_are_no_trouble():
    odd = [
        "\u202e\x1b[31m",
        "<script>alert(1)</script>" * 50,
        "|" * 300,
        "?" * 5000,
        "您好",
        "a" * 30_000,
        "{{x}}",
        "Subject:",
    ]
    data = made([(odd[place % len(odd)] + str(place // 40), place % 3) for place in range(160)])
    result = insights(data, {"segment": odd * 20, "sent_at": odd * 20, "step": [""] * 160})
    json.dumps(result.to_dict(), allow_nan=False)


def test_the_same_file_gives_the_same_result(planted):
    assert insights(asking()) == planted


def test_everything_is_json(planted):
    found = json.loads(json.dumps(planted.to_dict(), allow_nan=False))
    assert found["findings"][0]["factor"] == "questions"
    assert found["factors"][0]["levels"][0]["replied"]["low"] >= 0


def test_nothing_is_said_to_bring_about_anything(planted):
    results = [planted, insights(by_lot()), insights(read_emails(sample_file("emails.csv")))]
    for result in results:
        own = [level.phrase for factor in result.factors for level in factor.levels]
        said = [result.headline, *(finding.sentence for finding in result.findings), *own]
        said += [factor.published.sentence for factor in result.factors if factor.published]
        assert [words for words in said if CAUSAL.search(words)] == []


def test_at_most_five_findings_the_clearest_of_each_factor_first():
    result = insights(read_emails(sample_file("emails.csv")))
    assert result.found > 5 == len(result.findings)
    names = [finding.factor for finding in result.findings]
    assert len(set(names)) >= 4
    assert names[: len(set(names))] == list(dict.fromkeys(names))
    assert all(finding.q <= 0.05 for finding in result.findings)


def test_large_files_are_compared_on_a_sample_and_counted_whole(monkeypatch):
    monkeypatch.setattr(analysis, "COMPARED_ROWS", 300)
    result = insights(asking(800))
    assert sum(level.n for level in result.factor("questions").levels) == 800
    assert sum(level.n for level in result.factor("ask").levels) == 300
    assert any("300 emails drawn at random" in note for note in result.notes)
    assert result.findings[0].factor == "questions"


def test_no_model_library_is_imported():
    code = (
        "import sys, outcome_rl.insights.analysis, outcome_rl.insights.report\n"
        "print(sorted({'torch', 'transformers', 'gradio', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_what_is_hardly_chance_and_stands_in_two_templates_is_said_so():
    """Each template is sent with a question and without; nobody is told that nothing is clear."""
    rng = random.Random(3)
    texts = [f"{sentence(rng, 30)} {sentence(rng, 30)}" for _ in range(2)]
    ends = [("Is it so at yours?", 0.5), ("It is so at yours.", 0.05)]
    sent = [(texts[place % 2], *ends[place // 2 % 2]) for place in range(300)]
    result = insights(made([(f"{text} {end}", int(rng.random() < share)) for text, end, share in sent], people(300)))
    assert result.factor("questions").levels[0].effect("replied").reason == "only 2 templates to go by"
    assert re.match(
        r"Emails .{1,40} were answered in \d+ of 150, against \d+ of 150 .{1,40}, which is hardly chance; with only 2 "
        r"templates to go by it cannot be told from all else that these templates say\. Nothing else is",
        result.headline,
    )
