"""Phrases that give the outcome away are found with their rows, and what only chance brought is not."""

import random

import numpy as np
import pytest

from outcome_rl.audit.audit import audit
from outcome_rl.audit.leaks import _upper_tail
from outcome_rl.audit.suspects import ChanceModel, Suspect, settle
from outcome_rl.audit.templates import count_phrases
from outcome_rl.text import ngrams
from tests.helpers.made_emails import HELLO, kinds, made, only, plain, text


def with_phrase(data, phrase, outcome, times):
    places = [i for i, value in enumerate(data.outcomes) if value == outcome][:times]
    emails = [f"{email[: len(email) // 2]} {phrase} {email}" if i in places else email
              for i, email in enumerate(data.emails)]  # fmt: skip
    return made(emails, data.outcomes), {data.rows[i] for i in places}


@pytest.mark.parametrize(("phrase", "times"), [("thanks for signing", 10), ("KICKOFF", 25)])
def test_a_leak_is_found_with_its_rows(phrase, times):
    data, rows = with_phrase(plain(), phrase, 2, times)
    found = only(audit(data), "leak")
    assert found.severity == "problem"
    assert phrase.lower() in found.message
    assert set(found.rows) == rows
    assert f"{times} of {times} different emails with it are conversion" in found.message


def test_a_phrase_of_all_outcomes_and_one_in_few_emails_are_no_leaks():
    data, _ = with_phrase(plain(), "thanks for signing", 2, 30)
    assert "leak" not in kinds(audit(made(data.emails, plain(seed=1).outcomes)))
    assert "leak" not in kinds(audit(with_phrase(plain(), "thanks for signing", 2, 7)[0]))


def test_a_thousand_copies_of_an_email_are_one_observation():
    data = plain()
    copies = [HELLO] * 60
    assert "leak" not in kinds(audit(made([*data.emails, *copies], [*data.outcomes, *[2] * 60])))


def test_words_of_emails_that_fail_for_another_reason_are_no_leak():
    rng = random.Random(3)
    pushy = ["must", "now", "urgent", "hurry", "deal", "last", "chance", "buy", "act", "today"]
    emails, outcomes = [], []
    for i in range(300):
        is_pushy = i % 2 == 0
        emails.append(text(rng) + (" " + " ".join(rng.sample(pushy, 4)) if is_pushy else ""))
        outcomes.append(0 if is_pushy and rng.random() < 0.8 else rng.randrange(3))
    assert "leak" not in kinds(audit(made(emails, outcomes)))


def test_the_number_expected_by_chance_is_worked_out():
    chance = ChanceModel(np.array([8, 8, 8, 3]), np.array([0.5, 0.25, 0.25]))
    assert chance.tested == 3
    # three phrases in 8 emails, four lengths: 8 of 8 has 0.5**8 = 1/256 for one outcome, 0.25**8 for each of the others
    assert chance.expected(1 / 256) == pytest.approx(3 * 4 * (0.5**8 + 2 * 0.25**8))
    assert chance.expected(0.25**8) == pytest.approx(3 * 4 * 2 * 0.25**8)
    assert chance.expected(1e-9) == 0


def test_the_tail_of_a_poisson_binomial():
    assert _upper_tail(np.array([0.5, 0.2]), np.array([True, True])) == pytest.approx(0.1)
    assert _upper_tail(np.array([0.5, 0.2]), np.array([True, False])) == pytest.approx(1 - 0.5 * 0.8)
    assert _upper_tail(np.array([0.5, 0.2]), np.array([False, False])) == pytest.approx(1)


def test_what_chance_explains_among_all_phrases_is_dropped_though_it_does_not_in_a_part():
    def suspect(tail):
        return tail, Suspect(1, "word", 0, 8, np.arange(8), float("nan"), np.arange(8))

    shares = np.array([0.5, 0.25, 0.25])
    found = [suspect(0.5**8), suspect(0.25**8)]
    part, whole = (settle(found, ChanceModel(np.full(phrases, 8), shares)) for phrases in (3, 4))
    assert [each.expected for each in part] == pytest.approx([12 * 2 * 0.25**8, 12 * (0.5**8 + 2 * 0.25**8)])  # .047
    assert [each.expected for each in whole] == pytest.approx([16 * 2 * 0.25**8])  # the other would be .063


def test_what_is_found_part_by_part_is_what_all_phrases_together_tell(monkeypatch):
    """Rare words go with an outcome by chance: what that explains is told by all phrases, not by those of a part."""
    rng = random.Random(5)
    rare = [f"{a}{b}" for a in "bdfgklmn" for b in ("ax", "ox", "ux")]
    emails = [f"{text(rng)} {rng.choice(rare)}" for _ in range(300)]
    data, _ = with_phrase(made(emails, [int(i % 10 == 0) for i in range(300)]), "thanks for signing", 1, 12)

    def found(bits):
        monkeypatch.setattr(ngrams, "PART_BITS", bits)
        counts = count_phrases(data)
        told = [(each.phrase, each.outcome, each.hits, each.expected, each.texts.tolist(), each.positions.tolist())
                for each in counts.suspects]  # fmt: skip
        return told, counts.covered.tolist(), [each.tested for each in counts.chances]

    whole, parts = found(0), found(4)
    assert "thanks for signing" in [phrase for phrase, *_ in whole[0]]
    assert sorted(whole[0]) == sorted(parts[0]) and whole[1:] == parts[1:]
