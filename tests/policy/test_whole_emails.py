"""Which whole emails may be written to a context, of a bank and a letter's parts."""

from dataclasses import replace

import pytest

from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.bank import BODY, CLOSE, OPENING, PLACES, SUBJECT, Sentence
from outcome_rl.sentence_bank.build import build_bank
from tests.helpers.seller import own_words_policy, seller_emails
from tests.helpers.template_emails import template_emails


@pytest.fixture
def policy(causal_folder):
    return own_words_policy(causal_folder, disturbed=True)


def whole_emails(policy, bank):
    own = OwnWords(bank, policy.tokenizer)
    plan = own.script("Dev, manager of hotel 7").plan
    return {tuple(part.sentence.text for part in email) for email in plan.whole}


def test_emails_from_templates_are_said_whole(policy):
    bank = build_bank(*template_emails())
    assert whole_emails(policy, bank) == {tuple(text for _, text in keys) for keys in bank.skeletons}
    contexts = seller_emails().contexts[:12]
    assert not any(policy.writing.script(context).plan.whole for context in contexts), "these go with any other"


def test_a_sentence_is_not_exchanged_for_one_that_says_what_is_said(policy):
    """What is put in must not repeat the opening, though it has stood between the same sentences."""
    bank = build_bank(*template_emails())
    (opening, _, ask), second = bank.skeletons
    echo, fresh = (Sentence(text, BODY, (0, 1, 0)) for text in (f"{opening[1]} Indeed.", "Nobody else does this."))
    pairs = [(own.place, own.text) for own in (echo, fresh)]
    seen = tuple(email for key in pairs for email in ((opening, key, second[2]), (second[0], key, ask), (opening, key)))
    known = replace(bank, sentences=(*bank.sentences, echo, fresh), skeletons=(*bank.skeletons, *seen))
    found = whole_emails(policy, known)
    assert (opening[1], fresh.text, ask[1]) in found
    assert (opening[1], echo.text, ask[1]) not in found


def test_below_the_greeting_a_paragraph_begins(policy):
    """What is left of an email whose opening cannot be said begins with a sentence that began a paragraph."""
    bank = build_bank(*template_emails())
    for begins in (True, False):
        body, then = (
            Sentence(text, BODY, (0, 1, 0), starts_paragraph=begins and not number)
            for number, text in enumerate(("We build halls.", "We lend tools."))
        )
        ask = bank.skeletons[0][-1]
        left = ((OPENING, ""), (BODY, body.text), (BODY, then.text), ask)
        known = replace(bank, sentences=(*bank.sentences, body, then), skeletons=(left,))
        assert whole_emails(policy, known) == ({(body.text, then.text, ask[1])} if begins else set())
        assert whole_emails(policy, replace(known, greeting_has_line=False)), "it stands behind the greeting"
    openings = tuple(replace(sentence, starts_paragraph=False) for sentence in bank.sentences)
    assert len(whole_emails(policy, replace(bank, sentences=openings))) == 2, "openings always begin one"


def test_an_email_begins_with_what_can_stand_below_a_greeting(policy):
    bank = build_bank(*template_emails())
    close = Sentence("Have a calm week.", CLOSE, (0, 1, 0))
    skeletons = (((CLOSE, close.text), *bank.skeletons[0][1:]), ((SUBJECT, "A hall"),), *bank.skeletons)
    subject = Sentence("A hall", SUBJECT, (0, 1, 0))
    known = replace(bank, sentences=(*bank.sentences, close, subject), skeletons=skeletons, places=PLACES)
    assert all(email[0] not in (close.text, subject.text) for email in whole_emails(policy, known))
    assert whole_emails(policy, known)
