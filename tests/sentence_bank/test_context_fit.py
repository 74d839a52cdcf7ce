"""An email fits a context if the seller's emails to such contexts have such words, and nothing is made of chance."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.errors import ModelError
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.context_fit import FEWEST_ROWS, ContextFit
from outcome_rl.sentence_bank.slots import form_of
from outcome_rl.sentence_bank.storage import load_bank, save_bank
from outcome_rl.sentence_bank.units import FRAME
from outcome_rl.utils.files import read_json, write_json
from tests.helpers.seller import own_words_policy

FLATS, BARS = ("flats", "units", "doors", "rent"), ("bar", "taproom", "kitchen", "seats")
TO_FLATS, TO_BARS = ("tenants", "keys", "stairs"), ("drains", "grain", "guests")


def pairs(n=120, seed=0):
    """Contexts of two of four words, emails of two of three that are for such contexts; each has a word of chance."""
    g = np.random.default_rng(seed)
    contexts, emails = [], []
    for row in range(n):
        kind, said = (FLATS, TO_FLATS) if row % 2 else (BARS, TO_BARS)
        contexts.append({*g.choice(kind, 2, replace=False), f"town{g.integers(9)}"})
        emails.append({*g.choice(said, 2, replace=False), f"habit{g.integers(9)}"})
    return contexts, emails


def test_an_email_fits_those_who_were_written_such_emails():
    fit = ContextFit.learn(*pairs())
    to_flats, to_bars = fit({"doors", "rent", "never seen"}, [{"tenants", "stairs"}, {"drains", "guests"}])
    assert to_flats > 0.5 and to_bars < -0.5
    assert fit({"taproom"}, [{"grain"}])[0] > 0 > fit({"taproom"}, [{"keys"}])[0]


@pytest.mark.parametrize("seed", range(5))
def test_who_writes_the_same_to_everybody_has_nothing_that_fits_better(seed):
    contexts, emails = pairs()
    order = np.random.default_rng(seed).permutation(len(emails))
    fit = ContextFit.learn(contexts, [emails[row] for row in order])
    told = [abs(fit(context, [{"tenants", "keys"}, {"drains", "grain"}])).max() for context in contexts[:20]]
    assert np.mean(told) < 0.25, "of the true pairs it is over 1"


def test_the_fit_is_measured_on_emails_that_were_not_learned_from():
    """As many words as rows: what fits the rows themselves foretells nothing, and so it counts for nothing."""
    g = np.random.default_rng(0)
    contexts = [{f"word{g.integers(60)}" for _ in range(8)} for _ in range(60)]
    emails = [{f"said{g.integers(40)}" for _ in range(8)} for _ in range(60)]
    fit = ContextFit.learn(contexts, emails)
    assert np.mean([fit(context, [email])[0] for context, email in zip(contexts, emails, strict=True)]) < 0.5


@pytest.mark.parametrize(
    ("contexts", "emails"),
    [
        ([], []),
        ([{"a"}] * (FEWEST_ROWS - 1), [{"b"}] * (FEWEST_ROWS - 1)),
        ([{"a"}] * 60, [{"b"}] * 60),
        ([set()] * 60, pairs(60)[1]),
        (pairs(60)[0], [set()] * 60),
        (pairs(60)[0], [{"b"} if row % 2 else {"c"} for row in range(60)]),
    ],
)
def test_where_there_is_nothing_to_learn_all_fits_alike(contexts, emails):
    fit = ContextFit.learn(contexts, emails)(FLATS, [{"b"}, {"c"}])
    assert np.isfinite(fit).all()
    assert len(fit) == 2


def test_no_email_for_a_context_is_no_error():
    assert ContextFit.learn(*pairs())(FLATS, []).shape == (0,)
    assert ContextFit()(FLATS, [{"keys"}]).tolist() == [0]


KINDS = {
    "flats to rent": (
        "Calls at night",
        "Tenants call you at night.",
        "Nobody hands over keys.",
        "Shall I walk the stairs?",
    ),
    "taproom with seats": ("Flies", "Drains bring flies.", "Grain draws mice.", "May I look behind the bar?"),
    "school for boarders": ("Summer", "Term ends in July.", "Pupils are out by four.", "Is August free?"),
    "clinic for feet": ("Your log", "Patients notice dust.", "An inspector wants a log.", "Who keeps your records?"),
    "farm with cows": ("Feed", "Milk is fetched early.", "Feed lies open.", "Could the vet come along?"),
    "shop for bread": ("Moths", "Flour feeds moths.", "Ovens stay warm.", "Can we start at three?"),
}


def whole_emails():
    """Emails of six kinds, some without their subject's usual first sentence, written to six kinds of contexts."""
    contexts, emails = [], []
    for row in range(240):
        kind = [*KINDS][row % 6]
        contexts.append(f"{kind} in {('Leeds', 'York', 'Ripon', 'Hexham')[row // 6 % 4]}")
        subject, *said = KINDS[kind]
        emails.append(f"Subject: {subject}\n\nHi,\n\n{' '.join(said[row // 6 % 5 == 0 :])}\n\nBest,\nJo")
    return contexts, emails


def test_a_bank_of_whole_emails_has_it_and_keeps_it(tmp_path):
    contexts, emails = whole_emails()
    bank = build_bank(contexts, emails, [1, 1, 0, 0] * 60)
    assert bank.is_said_whole
    keys = [
        next(own for own in bank.skeletons if any(word in text for _, text in own)) for word in ("Tenants", "Drains")
    ]
    to_flats, to_bars = bank.fit("flats to rent in Selby", keys)
    assert to_flats > 0.5 and to_bars < -0.5
    file = tmp_path / "bank.json"
    save_bank(bank, file)
    assert load_bank(file) == bank
    assert load_bank(file).fit(contexts[0], keys).tolist() == bank.fit(contexts[0], keys).tolist()


@pytest.mark.parametrize("harm", [("contexts", "shift"), ("emails", "map"), ("emails", "idf")])
def test_a_damaged_one_is_told(tmp_path, harm):
    file = tmp_path / "bank.json"
    save_bank(build_bank(*whole_emails(), [1, 1, 0, 0] * 60), file)
    kept = read_json(file)
    kept["context_fit"][harm[0]][harm[1]].pop()
    write_json(file, kept)
    with pytest.raises(ModelError, match="no bank of sentences"):
        load_bank(file)


def test_a_trade_that_is_filled_in_is_no_kind_of_email():
    """All are written the same two emails, chosen by lot, with their own trade in them."""
    g = np.random.default_rng(1)
    trades = ("agency", "bakery", "clinic", "school")
    contexts = [{trades[g.integers(4)], f"town{g.integers(9)}"} for _ in range(160)]
    lot = [("hours", "saved") if g.integers(2) else ("brochure", "leader") for _ in contexts]
    plural = {"agency": "agenci", "bakery": "bakeri", "clinic": "clinic", "school": "school"}
    emails = [
        {*own, *(plural[word] for word in context & {*trades})} for own, context in zip(lot, contexts, strict=True)
    ]
    own, strange = ContextFit.learn(contexts, emails)({"agency"}, [{"hours", "agenci"}, {"hours", "clinic"}])
    assert own == pytest.approx(strange) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(("silences", "kept"), [(5, True), (12, False)])
def test_a_silent_sentence_takes_no_whole_email_with_it_until_silence_tells_something(silences, kept):
    """One of four is answered: five silences are chance in 24 %, twelve in 3 %."""
    contexts, emails = whole_emails()
    outcomes = [int(row % 4 == 0) for row in range(len(emails))]
    silent = [row for row, outcome in enumerate(outcomes) if not outcome][:silences]
    for row in silent:
        emails[row] = emails[row].replace("\n\nBest", " We are insured.\n\nBest")
    bank = build_bank(contexts, emails, outcomes)
    assert bank.is_said_whole
    assert any("We are insured." in sentence.text for sentence in bank.sentences) is kept


def test_where_few_whole_emails_suit_in_every_word_the_fit_chooses_among_all(causal_folder):
    contexts, emails = whole_emails()
    bank = build_bank(contexts, emails, [1, 1, 0, 0] * 60)
    here = bank.attributes(contexts[0])
    barred = tuple(replace(s, not_for=here) if s.place not in FRAME else s for s in bank.sentences)
    bank = replace(bank, sentences=barred)
    assert not {s.place for s in bank.suited_to(contexts[0])} - {*FRAME}
    plan = OwnWords(bank, own_words_policy(causal_folder).tokenizer).script(contexts[0]).plan
    assert len(plan.whole) == len(plan.fits) >= len(KINDS)
    best = plan.whole[int(np.argmax(plan.fits))]
    assert any(part.sentence.text in KINDS["flats to rent"] for part in best)


def test_a_value_of_a_form_that_is_never_said_fills_no_slot():
    trades = ("bakery", "clinic", "school", "garage")
    contexts = [f"Trade: {trade}; size: {n}" for n in range(20, 40) for trade in trades]
    emails = [f"Hi,\n\nA {c.split()[1][:-1]} has rotas. We plan. Shall we talk?\n\nBest,\nJo" for c in contexts]
    bank = build_bank(contexts, emails, [1, 0] * 40)
    slotted = {s.text for s in bank.suited_to(contexts[0]) if s.slots}
    (number,) = {number for s in bank.sentences for number in s.slots}
    barred = replace(bank, unsaid_forms=frozenset({form_of(number, "bakery")}))
    assert slotted and not any(s.slots for s in barred.suited_to(contexts[0]))
    assert {s.text for s in barred.suited_to(contexts[0])} == {s.text for s in bank.suited_to(contexts[0])} - slotted
