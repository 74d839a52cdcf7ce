"""How emails are put into levels."""

from datetime import timedelta

import numpy as np
import pytest

from outcome_rl.insights.columns import LONGEST, column_factors, quote, read_columns_beside
from outcome_rl.insights.contexts import context_columns, phrase_factors
from outcome_rl.insights.email_facts import email_facts
from outcome_rl.insights.factors import OTHERS, category_factor, level_factor, text_factors
from outcome_rl.insights.send_times import UTC, ZONES, parse_time, time_factors
from outcome_rl.insights.templates import placed, template_factor, told_by, variants_in_steps


def factors_of(emails, contexts=None):
    return {each.name: each for each in text_factors(email_facts(contexts or ["A."] * len(emails), emails))}


def test_bands_with_few_emails_join_their_smaller_neighbour():
    lengths = [10] * 40 + [30] * 30 + [60] * 3 + [90] * 30 + [300] * 5
    length = factors_of([" ".join(["word"] * count) for count in lengths])["length"]
    # three of 60 words join 90's side (30 and 30: the left one is taken first), five of 300 join what is below them
    assert length.labels == ("under 25", "25 to 75", "76 or more")
    assert length.counts().tolist() == [40, 33, 35]
    assert length.phrases[1] == "of 25 to 75 words"


def test_counts_are_said_as_people_say_them():
    questions = factors_of(["No."] * 20 + ["Yes?"] * 20 + ["Yes? Is it?"] * 20)["questions"]
    assert questions.phrases == ("with no questions", "with one question", "with 2 or more questions")


def test_a_factor_in_which_all_emails_are_alike_is_left_out():
    assert "links" not in factors_of(["No link."] * 50)
    assert "subject" not in factors_of(["No subject."] * 50)


def test_subject_lines_have_a_level_for_none():
    subject = factors_of(["No subject."] * 20 + ["Subject: two words\n\nHello."] * 20)["subject"]
    assert subject.labels == ("none", "1 or more")
    assert subject.phrases[0] == "without a subject line in the text"


def test_rare_values_of_a_column_are_put_together_and_blanks_are_unknown():
    factor = category_factor("x", "X", "column", ["b"] * 12 + ["a "] * 11 + ["c"] * 3 + [" "], lambda v: f"of {v}")
    assert factor.labels == ("a", "b", OTHERS)
    assert factor.counts().tolist() == [11, 12, 3]
    assert factor.codes[-1] == -1


def test_spellings_of_one_value_are_one_called_as_most_write_it():
    values = ["Cafe"] * 9 + ["café"] * 11 + ["Bar"] * 10 + ["CAFÉ"] * 2
    factor = category_factor("segment", "Segment", "context", values, lambda v: f"to {v}")
    assert factor.labels == ("Bar", "café")
    assert factor.counts().tolist() == [10, 22]
    other = category_factor(
        "segment", "Segment", "context", ["バス"] * 10 + ["ハス"] * 10 + ["m²"] * 10 + ["m2"] * 10, str
    )
    assert len(other.labels) == 4, "other words and units"
    codes = category_factor("template", "Template", "template", ["aB"] * 10 + ["Ab"] * 10, lambda v: v)
    assert len(codes.labels) == 2, "names of templates may be codes"


def test_steps_come_in_their_order():
    steps = column_factors({"step": [str(1 + place % 11) for place in range(220)]})[0]
    assert steps.labels == tuple(str(1 + place) for place in range(11))
    assert steps.phrases[1] == "of step 2"
    assert "did not move" in steps.note


def test_level_factor_leaves_out_levels_that_nobody_has():
    factor = level_factor("x", "X", "text", np.array([2, 0, -1, 2]), [("a", "a"), ("b", "b"), ("c", "c")])
    assert (factor.labels, factor.codes.tolist()) == (("a", "c"), [1, 0, -1, 1])


@pytest.mark.parametrize(
    ("text", "weekday", "hour"),
    [
        ("2024-03-05T09:30:00Z", 1, 9),
        ("2024-03-05 23:59:59", 1, 23),
        ("2024-03-05T09:30:00+02:00", 1, 9),
        ("2024-03-05T09:30:00+0200", 1, 9),
        ("20240305T093000", 1, 9),
        ("2024-03-05", 1, 0),
        ("2024-03-05 09:30:00.123 UTC", 1, 9),
    ],
)
def test_times_are_read_as_they_are_written(text, weekday, hour):
    time = parse_time(text)
    assert (time.weekday(), time.hour) == (weekday, hour)


@pytest.mark.parametrize("text", ["", "yesterday", "05/03/2024", "2024-13-01", "9:30"])
def test_what_is_no_time_is_none(text):
    assert parse_time(text) is None


def test_days_and_hours():
    factors, dates, note = time_factors(["2024-03-04 09:00:00", "2024-03-05 21:00:00", ""] * 20)
    days, hours = factors
    assert days.labels == ("Monday", "Tuesday")
    assert hours.phrases == ("sent from 8:00 to 10:00", "sent after 20:00")
    assert days.codes[:3].tolist() == [0, 1, -1]
    assert dates[1] - dates[0] == 1
    assert note == ""


def test_dates_without_a_time_of_day_say_nothing_of_hours():
    factors, _, _ = time_factors(["2024-03-04", "2024-03-05"] * 20)
    assert [each.name for each in factors] == ["weekday"]


def test_zones_are_said():
    assert time_factors(["2024-03-04T09:00:00Z"] * 3)[2] == UTC
    assert time_factors(["2024-03-04T09:00:00Z", "2024-03-04T09:00:00+02:00"])[2] == ZONES
    assert time_factors(["2024-03-04T09:00:00+02:00"])[2] == ""
    assert parse_time("2024-03-04T09:00:00Z").utcoffset() == timedelta(0)


def test_contexts_are_parted_by_phrases_that_exclude_each_other():
    origins = ("asked for a price", "met us at a fair", "downloaded our guide")
    contexts = [f"Owner of a {trade} firm who {origin}." for origin in origins for trade in ("dental", "food") * 20]
    first = phrase_factors(contexts)[0]
    assert set(first.labels) == set(origins)
    assert first.counts().tolist() == [40, 40, 40]
    assert first.phrases[0] == f"to recipients described with “{first.labels[0]}”"


def test_a_way_to_part_contexts_holds_one_thing_about_them():
    origins, trades = ("asked for a price", "met us at a fair"), ("dental practice", "food factory", "law office")
    contexts = [f"Owner of a {trade} | {origin}." for origin in origins for trade in trades] * 20
    ways = [set(factor.labels) for factor in phrase_factors(contexts)]
    assert ways == [set(trades), set(origins)]


def test_contexts_that_share_nothing_or_all_are_not_parted():
    assert phrase_factors([f"Customer {place}." for place in range(50)]) == []
    assert phrase_factors(["The same customer for all of them."] * 50) == []


def test_few_contexts_are_told_apart_each_by_itself():
    columns, apart = context_columns(["A"] * 10 + ["B"] * 10 + ["C"] * 10, 10)
    assert apart
    assert np.linalg.matrix_rank(np.c_[np.ones(30), columns]) == 3


def test_many_contexts_are_told_apart_by_their_words():
    contexts = [f"{colour} {animal} {place}" for place in "xyz" for colour in ("red", "blue") for animal in "ab"] * 10
    columns, apart = context_columns(contexts, 6)
    assert not apart
    assert columns.shape[0] == 120
    red = np.array([context.startswith("red") for context in contexts])
    assert any((column == red).all() or (column == ~red).all() for column in columns.T)


def test_templates_are_the_groups_of_ten_and_more():
    groups = np.array([0] * 20 + [20] * 12 + [40, 41])
    factor = template_factor(groups, ["Hello you"] * 20 + ["Good day"] * 12 + ["x", "y"], np.arange(1, 35), 36, {})
    assert factor.labels == ("“Hello you”", "“Good day”", OTHERS)
    assert factor.counts().tolist() == [20, 12, 2]
    assert factor.codes[[0, 35]].tolist() == [-1, -1]


def test_templates_that_begin_alike_get_names_of_their_own():
    factor = template_factor(np.repeat([0, 20], 20), ["Hello"] * 40, np.arange(40), 40, {})
    assert len(set(factor.labels)) == 2


def test_templates_are_called_by_step_and_variant_and_stand_in_their_order():
    emails = [f"Hi {'Ann' if row % 2 else 'Bob'},\nthis is text {row // 20} of some." for row in range(80)]
    columns = {"step": ["10"] * 20 + ["2"] * 60, "variant": ["A"] * 20 + ["B"] * 20 + ["A"] * 20 + ["A", "B"] * 10}
    factor = template_factor(np.repeat([0, 20, 40, 60], 20), emails, np.arange(80), 80, columns)
    assert [label.partition(":")[0] for label in factor.labels] == [
        "Step 2, variant A", "Step 2, variant B", "Step 2", "Step 10, variant A"
    ]  # fmt: skip
    assert factor.groups == ("step 2", "step 2", "step 2", "step 10")
    assert factor.counts().tolist() == [20] * 4
    assert factor.codes[[0, 20, 40, 60]].tolist() == [3, 1, 0, 2]
    assert factor.phrases[1] == "from the template “this is text 1 of some.” (step 2, variant B)"


def test_templates_that_a_column_calls_by_a_number_are_named_by_their_emails():
    subjects = ("How loud is your hall?", "Following up")
    emails = [f"Subject: {subjects[row % 2]}\n\nHi Ann,\n\na question." for row in range(40)]
    columns = {"template": ["88121", "Spring offer"] * 20, "step": ["1", "2"] * 20}
    (factor,) = column_factors({"template": columns["template"]})
    found = placed(factor, columns, emails)
    assert found.labels == ("Step 1: “How loud is your hall?” (88121)", "Step 2: Spring offer")
    assert found.phrases[0] == "from the template “How loud is your hall?” (88121)"
    assert found.groups == ("step 1", "step 2")


def test_variants_of_different_steps_are_different_things():
    columns = {"step": ["1", "1", "2", "2"] * 20, "variant": ["A", "B"] * 40}
    assert variants_in_steps(columns)[:4] == [
        "step 1, variant A", "step 1, variant B", "step 2, variant A", "step 2, variant B"
    ]  # fmt: skip
    (variant,) = column_factors({"variant": variants_in_steps(columns)})
    found = placed(variant, columns)
    assert found.labels[0] == "Step 1, variant A"
    assert found.phrases[0] == "of step 1, variant A"
    assert found.groups == ("step 1", "step 1", "step 2", "step 2")
    assert variants_in_steps({"variant": ["A", "B"]}) == ["A", "B"]


def test_a_variant_that_follows_from_the_template_is_told_by_it():
    codes = np.repeat([0, 1, 2], 20)
    template = level_factor("template", "Template", "template", codes, [("x", "x"), ("y", "y"), ("z", "z")])
    variant = level_factor("variant", "Variant", "template", codes % 2, [("A", "A"), ("B", "B")])
    assert told_by(variant, template)
    assert not told_by(template, variant)


def test_quotes_are_one_short_line():
    quoted = quote("a\nb\x1b[31m " + "c" * 200)
    assert "\n" not in quoted
    assert "\x1b" not in quoted
    assert len(quoted) <= LONGEST + 2


def test_columns_beside_are_read_for_the_rows_that_were_kept(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Context,Step,email_text,outcome,segment,Segment\nA,1,x,0,s,t\nB,2,y,skip,s,t\nC,3,z,1,s,t\n")
    assert read_columns_beside(path, [2, 4], ["context", "email_text", "outcome"]) == {"step": ["1", "3"]}
    assert read_columns_beside(path, [2, 4], ["step", "email_text", "outcome"]) == {}
