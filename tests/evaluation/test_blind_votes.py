"""Blind votes: kept line by line, counted with their interval, one for each pair, nothing told before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.evaluation import blind_votes
from outcome_rl.evaluation.blind_votes import (
    BlindPair,
    PendingPairs,
    Tally,
    Vote,
    add_vote,
    count_votes,
    make_vote,
    random_order,
    read_votes,
)
from outcome_rl.policy.metadata import ORIGIN_FILE, origin_fingerprint

EMAILS = {"base": SimpleNamespace(email_text="old"), "tuned": SimpleNamespace(email_text="new")}


def pair(order=("base", "tuned")):
    return BlindPair("C", EMAILS, order, "m")


@pytest.mark.parametrize(
    ("order", "choice", "preferred"),
    [
        (("base", "tuned"), "a", "base"),
        (("base", "tuned"), "b", "tuned"),
        (("tuned", "base"), "a", "tuned"),
        (("tuned", "base"), "b", "base"),
        (("tuned", "base"), "neither", "neither"),
    ],
)
def test_a_vote_goes_to_the_model_whose_email_was_chosen(order, choice, preferred):
    vote = make_vote(pair(order), choice)
    assert (vote.preferred, vote.base_email, vote.tuned_email, vote.context) == (preferred, "old", "new", "C")
    if choice != "neither":
        assert pair(order).email(choice).email_text == {"base": "old", "tuned": "new"}[preferred]


def test_each_order_comes_up():
    assert {random_order() for _ in range(200)} == {("base", "tuned"), ("tuned", "base")}


def test_votes_are_kept(tmp_path):
    path = tmp_path / "outputs" / "votes.jsonl"
    assert read_votes(path) == []
    kept = [Vote("m", "Zürich\n<b>", "o", "n", "tuned"), Vote("m", "C", "o", "n", "neither")]
    for vote in kept:
        add_vote(path, vote)
    assert read_votes(path) == kept


def test_half_a_line_costs_no_vote_but_its_own(tmp_path):
    path = tmp_path / "votes.jsonl"
    first, second = (Vote("m", context, "o", "n", "base") for context in "AB")
    add_vote(path, first)
    with open(path, "ab") as stream:
        stream.write(b'{"model": "m", "cont')
    add_vote(path, second)
    with open(path, "ab") as stream:
        stream.write(b'[1]\n{"model": "m"}\n\xff\n')
    assert read_votes(path) == [first, second]


def test_votes_on_another_model_do_not_count():
    cast = [
        Vote(model, "C", "o", "n", preferred) for model, preferred in (("m", "tuned"), ("m", "base"), ("x", "base"))
    ]
    assert count_votes(cast, "m") == Tally(tuned=1, base=1, neither=0)


def test_the_tally_in_words():
    assert Tally(7, 2).in_words() == "Tuned preferred in 7 of 9 (45 % to 94 %). Too few to tell which is preferred."
    assert "So people prefer the tuned model. 3 without" in Tally(20, 2, 3).in_words()
    assert "So people prefer the base." in Tally(0, 9).in_words()
    assert Tally(0, 0, 1).in_words() == "No votes yet. 1 without a preference."


def test_a_pair_has_one_vote():
    pending = PendingPairs()
    word = pending.add(pair())
    with pytest.raises(ConfigError, match="'c' is not one of a, b, neither"):
        pending.take(word, "c")
    assert pending.take(word, "a") == pair()
    for gone in (word, "", "other"):
        with pytest.raises(ConfigError, match="no such pair"):
            pending.take(gone, "a")


def test_only_so_many_pairs_wait(monkeypatch):
    monkeypatch.setattr(blind_votes, "MOST_PENDING", 2)
    pending = PendingPairs()
    words = [pending.add(pair()) for _ in range(3)]
    assert len(set(words)) == 3
    with pytest.raises(ConfigError):
        pending.take(words[0], "a")
    assert pending.take(words[2], "a")


def test_a_model_made_anew_is_another_one(tmp_path):
    folder = tmp_path / "tuned"
    assert origin_fingerprint(folder) == ""
    folder.mkdir()
    assert origin_fingerprint(folder) == ""
    (folder / ORIGIN_FILE).write_text('{"run": "1"}')
    first = origin_fingerprint(folder)
    (folder / ORIGIN_FILE).write_text('{"run": "2"}')
    assert "" != first != origin_fingerprint(folder)
