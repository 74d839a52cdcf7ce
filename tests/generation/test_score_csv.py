"""A long file is scored in chunks, with what each sentence adds."""

from outcome_rl.generation.score_csv import CHUNK, effects_in_words, score_pairs
from tests.helpers.toy_scorers import LikesQuestions


def test_effects_in_words():
    class Email:
        context, email_text = "C", "Talk? Bo"

    assert effects_in_words(LikesQuestions(), Email) == "+1.00  Talk?\n+0.00  Bo"


def test_a_long_file_is_scored_in_chunks_in_its_order():
    toy, rows = LikesQuestions(), 2 * CHUNK + 5
    found = list(score_pairs(((f"C{i}", "?" * (i % 3)) for i in range(rows)), toy, rows))
    emails = [each for each in found if hasattr(each, "email_text")]
    progress = [each for each in found if not hasattr(each, "email_text")]
    assert [email.context for email in emails] == [f"C{i}" for i in range(rows)]
    assert [email.reward for email in emails[:4]] == [0.0, 1.0, 2.0, 0.0]
    assert [(each.done, each.total) for each in progress] == [(CHUNK, rows), (2 * CHUNK, rows), (rows, rows)]
    assert toy.calls == 3
