"""Emails that a tiny model writes: ranked, repeatable, checked, summed up, written to a file."""

import csv
import threading
from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.config import RewardConfig, SamplingConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import iterate_pairs
from outcome_rl.errors import ModelError
from outcome_rl.generation.emails import (
    COLUMNS,
    ScoredEmail,
    ranked,
    score_emails,
    stream_emails,
    write_emails,
    write_texts,
)
from outcome_rl.generation.totals import summary
from outcome_rl.outcomes import OUTCOMES
from outcome_rl.policy.metadata import tuned_models
from outcome_rl.policy.model import WritingModel, load_writing_model
from outcome_rl.policy.writing import FreeWriting
from outcome_rl.reward.interface import Scores
from outcome_rl.text.checks import check_email
from tests.helpers.seller import own_words_policy, seller_emails

CONTEXTS = ["Customer: CTO at a Healthcare firm.", "Customer: a much longer context for a supply chain tool.", "X"]
SHORT = SamplingConfig(max_new_tokens=16)


class VowelCounter:
    """A toy reward model: the more vowels, the likelier a conversion."""

    def score(self, contexts, emails):
        share = np.array([sum(letter in "aeiou" for letter in email) / max(1, len(email)) for email in emails])
        probs = np.stack([1 - share, share / 4, share * 3 / 4], 1)
        return Scores.sure(probs, probs @ np.array([-1.0, 0.5, 2.0]))


@pytest.fixture
def writer(causal_folder):
    return load_writing_model(causal_folder)


def texts(emails):
    return [email.email_text for email in emails]


def test_a_contexts_candidates_follow_each_other_the_best_first(writer):
    emails = write_emails(writer, CONTEXTS, SHORT, VowelCounter(), candidates=5)
    assert [email.context for email in emails] == [context for context in CONTEXTS for _ in range(5)]
    for start in (0, 5, 10):
        group = emails[start : start + 5]
        assert [email.candidate for email in group] == [1, 2, 3, 4, 5]
        rewards = [email.reward for email in group]
        assert rewards == sorted(rewards, reverse=True)
        assert rewards[0] > rewards[-1], "random emails of a tiny model differ"
    assert {email.model for email in emails} == {writer.name}


@pytest.mark.parametrize(("candidates", "best_of", "written"), [(1, 4, 4), (2, 4, 4), (3, 2, 3), (1, None, 1)])
def test_of_those_that_are_written_the_best_are_kept(writer, candidates, best_of, written):
    kept = write_emails(writer, CONTEXTS, SHORT, VowelCounter(), candidates, best_of)
    whole = write_emails(writer, CONTEXTS, SHORT, VowelCounter(), written)
    assert texts(kept) == [email.email_text for email in whole if email.candidate <= candidates]


def test_in_own_words_four_are_written_for_one(causal_folder, monkeypatch):
    policy = own_words_policy(causal_folder, disturbed=True)
    writer = WritingModel("own", policy.tokenizer, policy.model, writing=policy.writing)
    contexts = seller_emails().contexts[:3]
    kept = write_emails(writer, contexts, SHORT, VowelCounter())
    groups = ranked(contexts, write_texts(writer, contexts, SHORT, 4), VowelCounter(), writer)
    assert texts(kept) == [group[0].email_text for group in groups]
    assert [len(group) for group in groups] == [4, 4, 4]


def test_of_emails_that_earn_alike_the_one_whose_sentences_belong_together_comes_first(writer):
    class Ordered(FreeWriting):
        def order(self, contexts, emails):
            return np.array([float(len(email)) for email in emails])

    class Alike(VowelCounter):
        config = RewardConfig()

        def score(self, contexts, emails):
            return Scores.sure(np.full((len(emails), 3), 1 / 3), np.zeros(len(emails)))

    emails = [["May I call you on Monday?", "May I call you on Monday or on Tuesday?", "May I call?"]]
    for scorer in (Alike(), None):
        found = ranked(["X"], emails, scorer, replace(writer, writing=Ordered()))
        assert texts(found[0]) == sorted(emails[0], key=len, reverse=True)


def test_ranking_loses_no_email(writer):
    ranked = write_emails(writer, CONTEXTS, SHORT, VowelCounter(), candidates=5)
    written = write_texts(writer, CONTEXTS, SHORT, candidates=5)
    assert [sorted(texts(ranked[i * 5 : i * 5 + 5])) for i in range(3)] == [sorted(group) for group in written]


def test_the_same_seed_writes_the_same_and_another_one_does_not(writer):
    first, again = (texts(write_emails(writer, CONTEXTS, SHORT, candidates=2)) for _ in range(2))
    other = texts(write_emails(writer, CONTEXTS, SamplingConfig(max_new_tokens=16, seed=7), candidates=2))
    assert first == again
    assert first != other
    assert first[0] != first[1], "candidates differ"


def test_many_contexts_are_written_in_several_batches_with_other_random_numbers(writer):
    written = write_texts(writer, ["X"] * 40, SHORT)
    assert [len(group) for group in written] == [1] * 40
    assert written[0] != written[32]


def test_a_stop_between_tokens_ends_the_writing(writer):
    calls = []
    write_texts(writer, ["X"] * 8, SamplingConfig(max_new_tokens=1000), keep_going=lambda: bool(calls.append(1)))
    assert len(calls) <= 2


def test_a_part_of_the_contexts_gets_the_emails_it_would_get_among_all(writer):
    contexts = [f"{CONTEXTS[i % 3]} Number {i}." for i in range(40)]
    whole = write_texts(writer, contexts, SHORT, candidates=2)
    parts = [write_texts(writer, contexts, SHORT, 2, wanted=range(at, min(at + 7, 40))) for at in range(0, 40, 7)]
    assert [len(part) for part in parts] == [7] * 5 + [5]
    assert [group for part in parts for group in part] == whole


def test_a_part_of_a_long_list_gets_the_emails_it_would_get_in_it(writer):
    contexts = [f"{CONTEXTS[i % 3]} Number {i}." for i in range(40)]
    whole = write_texts(writer, contexts, SHORT, candidates=2)
    assert write_texts(writer, contexts[16:], SHORT, candidates=2, before=16) == whole[16:]


def test_what_is_scored_together_does_not_depend_on_the_list(writer):
    class Counting(VowelCounter):
        def __init__(self):
            self.scored = []

        def score(self, contexts, emails):
            self.scored.append(list(emails))
            return super().score(contexts, emails)

    contexts, whole, part = [f"Number {i}." for i in range(40)], Counting(), Counting()
    emails = write_emails(writer, contexts, SHORT, whole, candidates=2)
    assert write_emails(writer, contexts[16:], SHORT, part, candidates=2, before=16) == emails[32:]
    assert part.scored == whole.scored[1:]


def test_an_email_grows_while_it_is_written_and_ends_as_it_is_always_written(writer):
    stream, seen = stream_emails(writer, "X", SHORT, VowelCounter(), candidates=3), []
    while True:
        try:
            seen.append(next(stream))
        except StopIteration as end:
            written = end.value
            break
    assert written == write_emails(writer, ["X"], SHORT, VowelCounter(), candidates=3)
    assert all(len(texts) == 3 for texts in seen)
    lengths = [sum(map(len, texts)) for texts in seen]
    assert lengths == sorted(lengths)


def test_closing_a_stream_ends_the_writing(writer):
    before = set(threading.enumerate())
    stream = stream_emails(writer, "X", SamplingConfig(max_new_tokens=400))
    next(stream)
    assert set(threading.enumerate()) - before
    stream.close()
    assert not set(threading.enumerate()) - before


def test_what_goes_wrong_while_streaming_reaches_the_reader():
    stream = stream_emails(None, "X", SHORT)
    with pytest.raises(AttributeError):
        next(stream)


def test_without_a_reward_model_emails_are_checked_but_not_judged(writer):
    email = write_emails(writer, ["X"], SHORT)[0]
    assert (email.predicted, email.reward, email.p_no_reply, email.p_reply, email.p_conversion) == (None,) * 5
    assert email.check == check_email(email.email_text)
    assert email.row()[2:6] == [""] * 4


def test_scores_are_the_reward_models():
    emails = score_emails(["C", "D"], ["aaaa", "bbbb"], VowelCounter(), "me")
    assert [email.predicted for email in emails] == ["conversion", "no_reply"]
    assert (emails[0].p_no_reply, emails[0].p_reply, emails[0].p_conversion) == (0.0, 0.25, 0.75)
    assert [email.reward for email in emails] == [1.625, -1.0]


def email(text, reward=None, predicted=None):
    return ScoredEmail("C", text, "m", 1, predicted, reward, 0.5, 0.25, 0.25, check_email(text))


def test_a_summary_of_three_emails():
    found = summary(
        [
            email("Could we talk on Monday?", 1.0, "conversion"),
            email("Is it cold there?", 0.0, "reply"),
            email("The plant is old and big.", -0.5, "reply"),
        ]
    )
    assert found == {
        "n": 3,
        "reward_mean": pytest.approx(0.5 / 3),
        "words_mean": 5.0,
        "share_with_question": pytest.approx(2 / 3),
        "share_with_cta": pytest.approx(1 / 3),
        "predicted": {"no_reply": 0, "reply": 2, "conversion": 1},
        "share_with_claims": None,
        "share_with_problems": None,
        "share_cut_off": None,
    }


def test_a_summary_without_predictions_has_no_reward():
    found = summary([email("One two."), email("One two three four?")])
    assert (found["reward_mean"], found["predicted"], found["words_mean"]) == (None, None, 3.0)


def test_the_columns_of_a_scored_file(tmp_path):
    scored = score_emails(["C", "=D"], ["Could we talk?\nYours, Bo", "aaaa"], VowelCounter())
    write_rows(tmp_path / "out.csv", COLUMNS, (email.row() for email in scored))
    with open(tmp_path / "out.csv", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == [
        "context", "email_text", "p_no_reply", "p_reply", "p_conversion", "reward", "word_count", "has_cta",
        "question_count",
    ]  # fmt: skip
    assert rows[1][6:] == ["5", "1", "1"]
    assert rows[2] == ["'=D", "aaaa", "0.0", "0.25", "0.75", "1.625", "1", "0", "0"]
    assert sum(map(float, rows[1][2:5])) == pytest.approx(1.0, abs=1e-5)
    assert [context for context, _ in iterate_pairs(tmp_path / "out.csv")] == ["C", "=D"]
    assert tuple(name.removeprefix("p_") for name in COLUMNS[2:5]) == OUTCOMES


def test_a_folder_that_holds_no_tuned_model_says_how_to_make_one(tmp_path, models_folder):
    for folder in (tmp_path / "nowhere", models_folder / "gpt2"):
        with pytest.raises(ModelError, match="make one first: python -m outcome_rl finetune DATA"):
            tuned_models(folder)
