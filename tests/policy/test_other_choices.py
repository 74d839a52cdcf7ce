"""What an email would have been with another sentence in one place: still an email, and the rest of it as it was."""

import pytest
import torch

from outcome_rl.engine.sampling import SamplingParams
from outcome_rl.policy.prompts import decode_email
from outcome_rl.policy.writing import FreeWriting, Request, Written
from outcome_rl.sentence_bank.bank import GREETING, OPENING, SIGN_OFF
from tests.helpers.seller import own_words_policy, seller_emails

CONTEXTS = seller_emails().contexts[:6]
REPEATED = [context for context in CONTEXTS for _ in range(3)]
COUNT = 4


@pytest.fixture
def policy(causal_folder):
    return own_words_policy(causal_folder, disturbed=True)


@pytest.fixture
def written(policy):
    generator = torch.Generator().manual_seed(0)
    return policy.writing.write(policy, Request(CONTEXTS, 3, generator, SamplingParams(), 128))


@pytest.fixture
def others(policy, written):
    return policy.writing.other_choices(REPEATED, written, COUNT, seed=5)


def letter_of(policy, row, written):
    letter = policy.writing.script(REPEATED[row])
    for option in written.choices[row]:
        letter = letter.choose(option)
    return letter


def test_the_options_taken_lead_to_the_email(policy, written):
    for row, text in enumerate(written.texts):
        letter = letter_of(policy, row, written)
        assert letter.text == text
        assert not letter.options


def test_the_columns_are_the_tokens_of_the_sentence(policy, written, others):
    for other in others:
        tokens = written.batch.tokens[other.row, other.columns.start : other.columns.stop].tolist()
        said = decode_email(policy.tokenizer, tokens)
        assert said in [part.text.strip() for part in letter_of(policy, other.row, written).done]


def test_each_sentence_that_could_have_been_another_is_exchanged(policy, written, others):
    found = {(other.row, other.columns.start) for other in others}
    for row, options in enumerate(written.choices):
        letter, column = policy.writing.script(REPEATED[row]), 0
        for option in options:
            chosen = letter.choose(option)
            place = chosen.done[-1].sentence.place
            exchanged = len(letter.options) > 1 and place not in (GREETING, SIGN_OFF)
            assert ((row, column) in found) == exchanged
            letter, column = chosen, column + len(chosen.done[-1].tokens)


def test_the_others_are_emails_that_keep_what_was_said_before(policy, written, others):
    assert any(other.texts for other in others)
    for other in others:
        assert len(other.texts) <= other.drawn == COUNT
        done = letter_of(policy, other.row, written).done
        before, column = "", 0
        for part in done:
            if column == other.columns.start:
                break
            before, column = before + part.text, column + len(part.tokens)
        for text in other.texts:
            assert text.startswith(before.strip())
            assert text != written.texts[other.row]
            assert text.endswith("{{sender_name}}"), "it is complete"


def test_what_was_said_behind_stays_as_far_as_it_may_be_said(policy, written, others):
    openings = 0
    for other in others:
        done = letter_of(policy, other.row, written).done
        place = next(i for i, _ in enumerate(done) if sum(len(part.tokens) for part in done[:i]) == other.columns.start)
        if done[place].sentence.place == OPENING:
            openings += len(other.texts)
            behind = [part.text.strip() for part in done[place + 1 :]]
            assert all(said in text for text in other.texts for said in behind)
            assert not any(done[place].text.strip() in text for text in other.texts)
    assert openings


def test_the_same_seed_draws_the_same_and_another_one_others(policy, written, others):
    assert policy.writing.other_choices(REPEATED, written, COUNT, seed=5) == others
    assert policy.writing.other_choices(REPEATED, written, COUNT, seed=6) != others


def test_they_survive_joining_of_batches(policy, written, others):
    first, rest = written_rows(written, range(9)), written_rows(written, range(9, 18))
    together = Written.joined([first, rest])
    assert together.choices == written.choices
    assert policy.writing.other_choices(REPEATED, together, COUNT, seed=5) == others


def written_rows(written, rows):
    batch = written.batch.take(torch.tensor(list(rows)))
    prompts, texts, choices = (
        tuple(own[row] for row in rows) for own in (written.prompts, written.texts, written.choices)
    )
    return Written(prompts, batch, texts, choices)


def test_free_writing_has_no_choices(written):
    assert FreeWriting().other_choices(REPEATED, written, COUNT, seed=0) == []
