"""Emails in the seller's own words: every sentence is of the bank, suits its context, and stands in its place once."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from outcome_rl.engine.sampling import SamplingParams
from outcome_rl.policy.letter import Letter
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.policy.prompts import decode_email
from outcome_rl.policy.writing import Request
from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, GREETING, OPENING, PLACES, SIGN_OFF, SUBJECT, Sentence
from outcome_rl.sentence_bank.slots import filled
from outcome_rl.text.calls_to_action import find_asks
from outcome_rl.text.email_parts import email_parts
from tests.helpers.seller import STOCK, own_words_policy, seller_bank, seller_emails

CONTEXTS = seller_emails().contexts[:12]
STRANGER = "somebody who has not told us anything"


@pytest.fixture
def policy(causal_folder):
    return own_words_policy(causal_folder, disturbed=True)


def written(policy, contexts=CONTEXTS, samples=4, seed=0, **more):
    generator = torch.Generator().manual_seed(seed)
    params = SamplingParams(temperature=more.pop("temperature", 1.0))
    return policy.writing.write(policy, Request(contexts, samples, generator, params, 128, **more))


def letters(policy, contexts=CONTEXTS, samples=12):
    """(context, parts) of emails that are drawn by the weights alone; no model is asked."""
    generator = torch.Generator().manual_seed(1)
    for context in contexts:
        for _ in range(samples):
            letter = policy.writing.script(context)
            while letter.options:
                shares = torch.tensor(letter.weights).exp()
                letter = letter.choose(int(torch.multinomial(shares, 1, generator=generator)))
            yield context, letter


def test_the_firm_stands_below_the_senders_name(policy):
    policy.writing = OwnWords(replace(seller_bank(), firm="Brindlow"), policy.tokenizer)
    for text in written(policy).texts:
        assert text.endswith("Kind regards,\n{{sender_name}}\nBrindlow")


# --- what stands in an email ------------------------------------------------------------------------------------------


def test_every_sentence_is_of_the_bank_and_suits_its_context(policy):
    bank = seller_bank()
    for text, context in zip(written(policy).texts, [c for c in CONTEXTS for _ in range(4)], strict=True):
        values = dict(bank.fields.values(context))
        name = values[0].split()[0]
        suited = {filled(s.text, values).replace("{{first_name}}", name) for s in bank.suited_to(context)}
        parts = email_parts(text)
        said = [parts.subject, parts.greeting, *(sentence.text for sentence in parts.body), parts.sign_off]
        assert [sentence for sentence in said if sentence not in suited] == []
        assert parts.greeting == f"Hello {name},"
        assert parts.signature == "{{sender_name}}"
        assert (STOCK in text) <= context.endswith("stock tracker")
        assert values[3] in text, "the seller always names the product"


def test_places_stand_in_order_with_one_ask_and_nothing_twice(policy):
    bank = seller_bank()
    for _, letter in letters(policy):
        said = [part.sentence for part in letter.done]
        places = [PLACES.index(sentence.place) for sentence in said]
        assert places == sorted(places)
        assert [sentence.place for sentence in said].count(ASK) == 1
        assert len({sentence.text for sentence in said}) == len(said)
        body = [sentence for sentence in said if sentence.place == BODY]
        fewest, most = bank.body_range
        assert 1 <= len(body) <= most
        assert len(body) >= fewest or body[-1].position > 0.45, "nothing of the body comes behind the last sentence"
        assert (said[0].place, said[1].place, said[-1].place) == (SUBJECT, GREETING, SIGN_OFF)
        assert len(find_asks(letter.text)) == 1


def test_a_closing_sentence_may_be_left_out(policy):
    closes = {any(part.sentence.place == CLOSE for part in letter.done) for _, letter in letters(policy)}
    assert closes == {True, False}


def test_sentences_of_the_body_do_not_go_far_back(policy):
    for _, letter in letters(policy):
        body = [part.sentence.position for part in letter.done if part.sentence.place == BODY]
        assert all(second >= first - 0.1 for first, second in pairwise(body))


def test_the_topic_is_named_where_the_last_sentence_could(policy):
    for context, letter in letters(policy):
        assert context.rpartition("; ")[2] in letter.text


def test_the_weights_of_what_comes_next_are_shares(policy):
    letter = policy.writing.script(CONTEXTS[0])
    while letter.options:
        assert torch.tensor(letter.weights).exp().sum().item() == pytest.approx(1.0)
        assert len(letter.options) == len(letter.weights) == len(letter.sentences)
        letter = letter.choose(0)


def test_an_untold_recipient_gets_merge_fields_and_no_slots(policy):
    for text in written(policy, [STRANGER], 8).texts:
        parts = email_parts(text)
        assert parts.greeting == "Hello {{first_name}},"
        assert parts.signature == "{{sender_name}}"
        assert "planner" not in text
        assert "{0" not in text


# --- tokens and texts -------------------------------------------------------------------------------------------------


def test_the_text_is_that_of_the_tokens(policy):
    found = written(policy)
    assert found.batch.ended.all()
    for tokens, text in zip(found.batch.completions(), found.texts, strict=True):
        assert decode_email(policy.tokenizer, tokens) == text
    assert [found.prompts[i] for i in (0, 4)] == [found.prompts[3], found.prompts[7]] != [found.prompts[0]] * 2
    assert not found.batch.log_probs[~found.batch.chosen()].any()


def test_an_email_is_what_it_is_when_all_are_written(policy):
    whole = written(policy)
    for numbers in (range(3, 5), range(11, 12)):
        part = written(policy, numbers=numbers)
        assert part.texts == whole.texts[4 * numbers.start : 4 * numbers.stop]
        assert part.prompts == whole.prompts[4 * numbers.start : 4 * numbers.stop]


def test_the_seed_decides_and_temperature_0_takes_the_likeliest(policy):
    assert written(policy).texts == written(policy).texts != written(policy, seed=1).texts
    likeliest = written(policy, temperature=0.0).texts
    assert all(len(set(likeliest[4 * i : 4 * i + 4])) == 1 for i in range(12))


def test_who_watches_sees_the_emails_grow_and_may_break_off(policy):
    shown = []
    texts = written(policy, CONTEXTS[:2], on_texts=shown.append).texts
    assert len(shown) > 2
    for before, after in pairwise(shown):
        assert all(later.startswith(earlier) for earlier, later in zip(before, after, strict=True))
    assert tuple(shown[-1]) == texts
    cut = written(policy, CONTEXTS[:2], keep_going=lambda: False)
    assert not cut.batch.ended.any()
    assert all(whole.startswith(part) and part != whole for part, whole in zip(cut.texts, texts, strict=True))


def test_a_policy_that_nothing_has_tuned_writes_by_the_weights(causal_folder):
    fresh = own_words_policy(causal_folder)
    batch = written(fresh, CONTEXTS[:3], 16).batch
    found = batch.decisions
    shares = (found.weights.masked_fill(found.allowed < 0, float("-inf"))).log_softmax(1)
    expected = shares.gather(1, found.chosen[:, None]).squeeze(1)
    torch.testing.assert_close(batch.log_probs[found.rows, found.columns], expected, atol=1e-5, rtol=1e-5)


# --- what the warm start learns from ----------------------------------------------------------------------------------


def targets(policy, emails, contexts=CONTEXTS[:1]):
    return policy.writing.targets(policy.tokenizer, contexts, emails, 128)


def test_an_email_of_the_seller_is_followed_to_its_end(policy):
    data = seller_emails()
    rows = [i for i, email in enumerate(data.emails) if email.startswith("Subject:")]
    found = policy.writing.targets(
        policy.tokenizer, [data.contexts[i] for i in rows], [data.emails[i] for i in rows], 9
    )
    for i, target in zip(rows, found, strict=True):
        # paragraphs begin where they mostly do
        assert target.texts[0].split() == data.emails[i].replace("Ruth", "{{sender_name}}").split()
        assert target.batch.ended.all()
        assert len(target.batch.decisions.rows) >= 3


def test_a_sentence_that_the_bank_lacks_is_left_out(policy):
    known = (
        "Subject: Your shift planner\n\nHello Ana,\n\nPlanning takes up most evenings in a bakery.\n\n"
        "Our shift planner drafts next month in two minutes."
    )
    own, lacking = "Setup is done by us within days.", "Nobody has ever said this before in any email."
    rest = "May I show you the shift planner on Tuesday?\n\nKind regards,\nRuth"
    (whole,) = targets(policy, [f"{known} {own}\n\n{rest}"])
    assert whole.texts == (f"{known} {own}\n\n{rest}".replace("Ruth", "{{sender_name}}"),)
    (left_out,) = targets(policy, [f"{known} {lacking} {own}\n\n{rest}"])
    assert left_out.texts == whole.texts
    assert left_out.batch.tokens.equal(whole.batch.tokens)
    (cut,) = targets(policy, [f"{known} {lacking}\n\n{rest}"])  # the body has two sentences, and this one only one
    assert cut.texts == (known,)
    assert not cut.batch.ended.any()


def test_an_email_with_nothing_of_the_bank_teaches_nothing(policy):
    assert targets(policy, ["Dear Sir or Madam,\n\nBuy now, it is cheap and good."]) == [None]


def test_a_letter_is_left_as_it_is_when_one_goes_on(policy):
    letter = policy.writing.script(CONTEXTS[0])
    assert isinstance(letter, Letter)
    before = letter.sentences
    first, second = letter.choose(0), letter.choose(1)
    assert letter.done == ()
    assert letter.sentences == before
    assert first.text != second.text


def test_a_price_that_nothing_gives_is_not_announced(policy):
    bank = policy.writing.bank
    first = bank.of_place(OPENING)[0]
    announced = [replace(s, owes_price=s == first) for s in bank.sentences]
    writes = OwnWords(replace(bank, sentences=tuple(announced)), policy.tokenizer)
    said = {part.sentence.text for context in CONTEXTS for part in writes.script(context).plan.parts[OPENING]}
    assert said and first.text not in said


def test_what_refers_to_the_topic_waits_until_it_is_named(policy):
    bank = policy.writing.bank
    writes = OwnWords(bank, policy.tokenizer)
    context = next(c for c in CONTEXTS if writes.script(c).plan.must_name)
    naming = {
        part.sentence.text for own in writes.script(context).plan.parts.values() for part in own if part.names_topic
    }
    rest = {s.text for s in bank.of_place(BODY)} - naming
    sentences = tuple(replace(s, refers_back=s.text in rest) for s in bank.sentences)
    waits = OwnWords(replace(bank, sentences=sentences), policy.tokenizer)
    seen = set()
    for seed in range(20):
        letter = waits.script(context)
        generator = np.random.default_rng(seed)
        while letter.options:
            letter = letter.choose(letter.draw(generator))
        said = [part for part in letter.done if part.sentence.place != "subject"]
        first = next((i for i, part in enumerate(said) if part.names_topic), len(said))
        assert not [part.text for part in said[:first] if part.sentence.refers_back]
        seen |= {part.sentence.text for part in said[first:] if part.sentence.refers_back}
    assert seen, "behind the name such sentences stand"


def test_a_price_that_is_owed_comes_next_and_holds_up_nothing_behind_it(policy):
    bank = policy.writing.bank
    first, cost = bank.of_place(OPENING)[0], Sentence("It costs £9 a month.", BODY, (0, 4, 4), position=0.9)
    cost = replace(cost, gives_price=True, refers_back=True)
    sentences = (*(replace(s, owes_price=s == first) for s in bank.sentences), cost)
    writes = OwnWords(replace(bank, sentences=sentences, body_range=(2, 3)), policy.tokenizer)
    behind = set()
    for context in CONTEXTS:
        for seed in range(6):
            letter, generator = writes.script(context), np.random.default_rng(seed)
            while letter.options:
                letter = letter.choose(letter.draw(generator))
            said = [part.sentence for part in letter.done]
            opened = next(s for s in said if s.place == OPENING)
            place = said.index(opened) + 1
            if opened.owes_price:
                assert said[place] == cost
                behind.add(said[place + 1].place)
            elif cost in said:
                assert any(
                    part.names_topic for part in letter.done[: said.index(cost)] if part.sentence.place != SUBJECT
                )
    assert BODY in behind


def test_a_sentence_that_stands_in_two_options_is_said_once(policy):
    bank = policy.writing.bank
    harmless = "If not, that is fine with us."
    ask = Sentence(f"Shall we talk for a quarter of an hour next week? {harmless}", ASK, (0, 9, 9))
    close = Sentence(
        f"Setting it up takes one of our people a day at your place. {harmless}", CLOSE, (0, 9, 9), weight=9.0
    )
    rest = tuple(sentence for sentence in bank.sentences if sentence.place not in (ASK, CLOSE))
    writes = OwnWords(replace(bank, sentences=(*rest, ask, close)), policy.tokenizer)
    for context in CONTEXTS[:3]:
        letter, generator = writes.script(context), np.random.default_rng(0)
        while letter.options:
            letter = letter.choose(letter.draw(generator))
        assert letter.text.count(harmless) == 1


@pytest.mark.parametrize(
    ("first", "then", "allowed"),
    [
        (Sentence("Sie haben nach dem Preis gefragt.", OPENING, (0, 9, 9)), "Hast du Lust auf einen Call?", False),
        (Sentence("Sie haben nach dem Preis gefragt.", OPENING, (0, 9, 9)), "Soll ich Ihnen etwas schicken?", True),
        (Sentence("Our customers sleep well.", OPENING, (0, 9, 9)), "Shall I send the story of that firm?", False),
        (
            Sentence("Marlow sleeps well.", OPENING, (0, 9, 9), tells_of=frozenset(["marlow"])),
            "Shall I send the story of that firm?",
            True,
        ),
    ],
)
def test_an_ask_fits_what_was_said_if_another_would(policy, first, then, allowed):
    ask = Sentence(then, ASK, (0, 9, 9), of_that_customer="that firm" in then)
    other = Sentence("Wann passt es?", ASK, (0, 9, 9))
    bank = replace(policy.writing.bank, sentences=(first, ask, other), places=(OPENING, ASK), names_topic=False)
    letter = OwnWords(bank, policy.tokenizer).script(CONTEXTS[0]).choose(0)
    assert (ask in letter.sentences) == allowed
    assert other in letter.sentences
    alone = replace(bank, sentences=(first, ask))
    assert ask in OwnWords(alone, policy.tokenizer).script(CONTEXTS[0]).choose(0).sentences, "better that than no ask"
