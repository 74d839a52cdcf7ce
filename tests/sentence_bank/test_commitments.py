"""A price that was announced is given, and a customer is told of once."""

from dataclasses import replace

import pytest

from outcome_rl.sentence_bank.bank import BODY, OPENING
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.commitments import recalled_in_vain, refers_to_before

TRADES = ["bakery", "garage", "hotel", "school"]
PRODUCTS = ["shift planner", "stock tracker", "route finder", "order book"]
ASKED = "You wanted our prices without any long talk."
PRICE = "The price is £45 a month for each of your sites."
PROOF = "Marlow Foods cut its overtime by a third within one year."
OTHER = "Marlow Foods lost two people a year because of late plans."
PLAIN = "Plans are ready before the week begins on Monday."


def rows(*bodies, times=4):
    contexts = [f"{trade}; {n} people; {PRODUCTS[n % 4]}" for n in range(times) for trade in TRADES]
    emails = [
        f"Dear Kim,\n\n{' '.join(bodies[i % len(bodies)])}\n\nShall we talk on Monday?\n\nKind regards,\nSam"
        for i in range(len(contexts))
    ]
    return contexts, emails, [i % 2 + 1 for i in range(len(contexts))]


@pytest.fixture(scope="module")
def sentences():
    bank = build_bank(*rows((ASKED, PRICE, PLAIN), ("We met at the fair in May.", PROOF, OTHER)))
    return {sentence.text: sentence for sentence in bank.sentences}


def test_what_a_price_always_stood_behind_announces_one(sentences):
    assert [text for text, sentence in sentences.items() if sentence.owes_price] == [ASKED]
    assert [text for text, sentence in sentences.items() if sentence.gives_price] == [PRICE]
    assert (sentences[ASKED].place, sentences[PRICE].place) == (OPENING, BODY)


def test_what_a_price_stood_behind_now_and_then_announces_none():
    bank = build_bank(*rows((ASKED, PRICE, PLAIN), (ASKED, PLAIN, PRICE)))
    assert not any(sentence.owes_price for sentence in bank.sentences)


def test_a_price_that_is_announced_in_words_is_owed_though_the_seller_forgets_it():
    here = "You asked for the price, and here it is."
    bank = build_bank(*rows((here, PLAIN, PROOF), (PROOF, PLAIN, PRICE)))
    assert [sentence.text for sentence in bank.sentences if sentence.owes_price] == [here]
    assert [sentence.text for sentence in bank.sentences if sentence.gives_price] == [PRICE]


def test_it_costs_so_much_is_a_sentence_of_its_own_that_needs_the_name_before():
    cost = "It costs £39 a month."
    contexts, emails, outcomes = rows(
        (PLAIN, "We make the planner.", cost, PROOF), (PROOF, cost, "We make the planner.")
    )
    emails = [email.replace("planner", context.split("; ")[2]) for context, email in zip(contexts, emails, strict=True)]
    bank = build_bank(contexts, emails, outcomes)
    found = {sentence.text: sentence for sentence in bank.sentences}
    assert found[cost].gives_price
    assert found[cost].refers_back


def test_that_firm_needs_one_that_was_told_of():
    that, named = "May I send you the story of that firm?", "That firm, Marlow Foods, cut its overtime by a third."
    bank = build_bank(*rows((PLAIN, PROOF, that), (PLAIN, named, OTHER)))
    assert [sentence.text for sentence in bank.sentences if sentence.of_that_customer] == [that]


def test_what_says_it_of_a_topic_that_was_always_named_before_refers_back():
    contexts, _, outcomes = rows((PLAIN,))
    bodies = [
        "We make the {p}. With it people know their hours.",
        "We make the {p}. Everybody knows it within days. Look at it with me.",
    ]
    products = [context.split("; ")[2] for context in contexts]
    emails = [
        f"Dear Kim,\n\n{bodies[i % 2].format(p=product)} {PLAIN}\n\nShall we talk on Monday?\n\nKind regards,\nSam"
        for i, product in enumerate(products)
    ]
    back = {sentence.text for sentence in build_bank(contexts, emails, outcomes).sentences if sentence.refers_back}
    assert back == {"With it people know their hours.", "Everybody knows it within days.", "Look at it with me."}
    unnamed = [email.replace("We make the ", "Everybody knows it within days. We make the ") for email in emails]
    back = {sentence.text for sentence in build_bank(contexts, unnamed, outcomes).sentences if sentence.refers_back}
    assert "Everybody knows it within days." not in back
    subjects = [f"Subject: Our {product}\n\n{email}" for product, email in zip(products, unnamed, strict=True)]
    back = {sentence.text for sentence in build_bank(contexts, subjects, outcomes).sentences if sentence.refers_back}
    assert "Everybody knows it within days." not in back, "a subject is no sentence before"


def test_sentences_know_the_customers_that_they_tell_of(sentences):
    assert {text: set(s.tells_of) for text, s in sentences.items() if s.tells_of} == {
        PROOF: {"marlow foods"},
        OTHER: {"marlow foods"},
    }


def test_a_name_that_many_contexts_have_is_no_customer_s():
    contexts, *rest = rows((ASKED, PROOF, PLAIN), (ASKED, OTHER, PLAIN))
    bank = build_bank([f"{context} by Marlow Foods" for context in contexts], *rest)
    assert not any(sentence.tells_of for sentence in bank.sentences)


MET, COLD, SEEN = "It was good to meet you at the fair.", "We have not spoken before.", "I saw that you are hiring."


def test_sentences_know_what_they_say_of_before():
    bank = build_bank(*rows((MET, PROOF), (COLD, PROOF), (SEEN, PROOF), (PLAIN, PROOF)))
    openings = {sentence.text: (sentence.recalls, sentence.denies) for sentence in bank.of_place(OPENING)}
    assert openings == {MET: (True, False), COLD: (False, True), SEEN: (True, False), PLAIN: (False, False)}


@pytest.mark.parametrize(
    "text",
    [
        "We've never met, so I will be short.",
        "You do not know me.",
        "Sorry to write out of the blue.",
        "Wir haben noch nicht miteinander gesprochen.",
        "Sie kennen uns nicht.",
    ],
)
def test_many_ways_to_say_that_there_was_nothing(text):
    bank = build_bank(*rows((text, PROOF), (PLAIN, PROOF)))
    assert [sentence.text for sentence in bank.sentences if sentence.denies] == [text]


def test_what_the_context_tells_of_is_recalled_with_reason():
    assert not recalled_in_vain(MET, "bakery, met at the fair")
    assert recalled_in_vain(MET, "bakery, no contact so far") == {"earlier_talk"}
    assert recalled_in_vain(SEEN, "bakery, no contact so far") == {"presence"}


def bank_with(story, told_to):
    """The bank of a seller who tells a customer's story, slots filled, to some: ``told_to(trade, product)``."""
    contexts, emails, outcomes = rows((ASKED, PLAIN), (MET, PLAIN), times=8)
    told = []
    for email, context in zip(emails, contexts, strict=True):
        trade, _, product = context.split("; ")
        email = email.replace("Shall we talk", f"Shall we talk about the {product}")
        told.append(email.replace(PLAIN, story.format(trade, product)) if told_to(trade, product) else email)
    return build_bank(contexts, told, outcomes)


def test_what_is_told_of_a_customer_is_told_as_it_was():
    bank = bank_with(
        "Marlow Foods cut its overtime with the {1} by a third.", lambda _, product: product in PRODUCTS[:2]
    )
    (story,) = [sentence for sentence in bank.sentences if sentence.tells_of]
    told_of = [product for product in PRODUCTS if story in bank.suited_to(f"hotel; 4 people; {product}")]
    assert story.slots and told_of == PRODUCTS[:2]
    assert story.only_as == {f"Marlow Foods cut its overtime with the {product} by a third." for product in told_of}
    free = replace(bank, sentences=(replace(story, only_for=frozenset()),))
    may = [product for product in PRODUCTS if free.suited_to(f"hotel; 4 people; {product}")]
    assert may == told_of, "the words alone decide"


def test_a_customer_who_is_something_else_each_time_is_not_told_of():
    bank = bank_with("Marlow Foods, a {0} with 40 people, cut its overtime.", lambda trade, _: trade in TRADES[:3])
    assert not any(sentence.tells_of for sentence in bank.sentences)
    assert bank.left_out["a customer who is something else each time"] == 1


def test_what_somebody_does_for_each_trade_may_be_told():
    bank = bank_with("Marlow Foods sends one {0} a day to us.", lambda trade, _: trade in TRADES[:3])
    assert [sentence.text for sentence in bank.sentences if sentence.tells_of] == [
        "Marlow Foods sends one {0} a day to us."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "That takes a day.",
        "We did the same for a baker.",
        "A baker we did this for is glad.",
        "Could you see her on Friday?",
        "Since then it is calm.",
        "Das kostet 9 Euro.",
        "Im Café Linde ist seither Ruhe.",
    ],
)
def test_what_refers_to_the_sentence_before(text):
    assert refers_to_before(text)


@pytest.mark.parametrize("text", ["We plan shifts.", "A baker sells more.", "May I call?", "Wir liefern am Montag."])
def test_what_stands_for_itself(text):
    assert not refers_to_before(text)
