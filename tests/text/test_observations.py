"""What is told of one recipient is found, and what is told of the seller or of others is not."""

import json
from pathlib import Path

import pytest

from outcome_rl.text.claims import ATTACHMENT, OBSERVATION
from outcome_rl.text.findings import find_all
from outcome_rl.text.observations import tells_of_recipient

LABELLED = json.loads((Path(__file__).parent / "observations_labelled.json").read_text(encoding="utf-8"))


def test_on_labelled_sentences():
    found = [sentence for sentence in LABELLED["observed"] if tells_of_recipient(sentence)]
    wrong = [sentence for sentence in LABELLED["not_observed"] if tells_of_recipient(sentence)]
    assert len(found) >= 0.95 * len(LABELLED["observed"])
    assert len(wrong) <= 0.05 * len(found)


def observed(sentence, context="A bakery in Hexham, twelve staff"):
    claims = find_all(f"Hi Ana,\n\n{sentence} We fit counters.\n\nBest,\n{{{{sender_name}}}}", context, "").claims
    return [claim.text for claim in claims if claim.kind == OBSERVATION]


def test_the_whole_sentence_is_to_be_checked():
    sentence = "I walked by on Thursday evening."
    assert observed(sentence) == [sentence]
    assert observed("May I walk by on Thursday evening?") == []


@pytest.mark.parametrize(
    ("sentence", "context"),
    [
        ("Congratulations on the second branch.", "A bakery in Hexham, has just opened a second branch"),
        ("Congratulations on the second site.", "Founder, software house. News: opening a second site."),
        ("I visited your stand in March.", "A bakery in Hexham, met at a trade fair"),
    ],
)
def test_what_the_context_tells_is_borne_out(sentence, context):
    assert observed(sentence, context) == []
    assert observed(sentence) == [sentence] or find_all(sentence, "A bakery", "").claims


def test_facts_bear_no_observation_out():
    """They say what holds for everybody; the more they say, the more words of any sentence stand there."""
    sentence = "I walked by on Thursday evening and saw the queue."
    found = find_all(
        sentence, "A bakery in Hexham", "We count the queue on Thursday evening. Nobody walked away."
    ).claims
    assert [claim.kind for claim in found] == [OBSERVATION]


def test_what_is_found_as_another_claim_is_not_said_twice():
    found = find_all("Hi Ana,\n\nI saw your new menu on the door. Shall we talk?", "A bakery in Hexham", "").claims
    assert [claim.kind for claim in found if claim.kind in ("presence", OBSERVATION)] == ["presence"]


@pytest.mark.parametrize(
    ("sentence", "attached"),
    [
        ("I've attached the setup from Marlow County.", "I've attached"),
        ("Our full catalogue is attached.", "is attached"),
        ("Attached is the plan.", "Attached is"),
        ("Den Plan finden Sie im Anhang.", "im Anhang"),
        ("Ich habe Ihnen die Liste angehängt.", "habe Ihnen die Liste angehängt"),
        ("No strings attached.", None),
        ("I could attach the plan, if that helps.", None),
        ("It is attached to the wall with two screws.", None),
    ],
)
def test_what_is_said_to_be_attached_has_to_be(sentence, attached):
    claims = find_all(f"Hi Ana,\n\n{sentence}", "A bakery in Hexham", "").claims
    found = [claim.text for claim in claims if claim.kind == ATTACHMENT]
    assert found == ([attached] if attached else [])
