"""What an email claims without ground."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.text.claims import KINDS, find_claims
from tests.text import labelled

COLD = "Customer: founder at a Manufacturing firm is a cold prospect for a supply chain tool."
PRICE = "Customer: marketing director at a Finance firm asked about pricing for a payment gateway."
WEBINAR = "Customer: sales head at an E-commerce firm attended a webinar for an inventory sync system."
REFERRED = "Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app."
FACTS = "Agnes Keane of FlowTicket. 1,200 dollars a year. 20% saved. Harbour Inn cut its waiting time by a third."


def kinds(email, context=COLD, facts=""):
    return [claim.kind for claim in find_claims(email, context, facts)]


@pytest.mark.parametrize(
    ("part", "precision", "recall"),
    [("dev", 0.96, 0.98), ("test", 0.93, 0.97), ("sample_dev", 0.88, 0.95), ("sample_test", 0.88, 0.88)],
)
def test_on_labelled_emails(part, precision, recall):
    found = labelled.claims(part)
    assert found.precision >= precision
    assert found.recall >= recall


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It works with 14 languages.", ["number"]),
        ("The fee is 2.9 percent.", ["percent"]),
        ("It costs $49 a month.", ["price"]),
        ("We shipped a new version two weeks ago.", ["date"]),
        ("Hi Ana, it runs in a browser.", ["name"]),
        ("Companies like Siemens and Bosch plan with it.", ["company", "company"]),
        ("Write to sales@planfast.example at any time.", ["link"]),
        ("It has doubled the output of our customers.", ["result"]),
        ("When we spoke, planning took too long.", ["earlier_talk"]),
        ("Our award-winning tool runs in a browser.", ["reputation"]),
        ("A mutual contact told me that you look after planning.", ["relation"]),
        ("You were a customer of ours.", ["relation"]),
        ("A mutual friend gave me your name.", ["relation"]),
        ("She suggested that I write to you.", ["relation"]),
        ("As you suggested I call you.", ["earlier_talk"]),
        ("You used our planner until the move.", ["relation"]),
        ("I came across the quote we did for you.", ["relation"]),
        ("Revisiting your quote.", ["relation"]),
        ("You had a price from us a while ago.", ["relation"]),
        ("I wondered if you'd had the chance to read what I sent.", ["earlier_talk"]),
        ("You had a trial with us and stopped after a bit over a week.", ["relation"]),
        ("You stopped on day nine.", ["relation", "number"]),
        ("You left us in the spring.", ["earlier_talk"]),
        ("We would love to have you back.", ["relation"]),
        ("We fitted the doors for you two years ago.", ["relation"]),
        ("Sie haben vor zwei Jahren bei uns bestellt.", ["relation"]),
        ("If you are a customer of a bank, you know the forms.", []),
        ("Sie waren bis zum Umzug Kunde bei uns.", ["relation"]),
        ("I noticed that your company is growing.", ["presence"]),
        ("I write because you're hiring for shifts.", ["presence"]),
        ("If you are hiring, it helps.", []),
        ("Ich habe gesehen, dass Sie Stellen ausgeschrieben haben.", ["presence"]),
        ("Sie suchen gerade Leute für die Küche.", ["presence"]),
        ("Wenn Sie gerade Leute suchen, hilft es.", []),
        ("The offer ends on Friday.", ["offer"]),
        ("Wir sind Marktführer und haben 1.200 Kunden.", ["reputation", "number"]),
        ("Notre outil coûte 49 euros par mois.", ["price"]),
    ],
)
def test_each_kind(sentence, expected):
    assert kinds(sentence) == expected
    assert set(expected) <= KINDS.keys()


@pytest.mark.parametrize("greeting", ["Morning", "Hiya", "Evening", "Moin Moin"])
def test_a_greeting_is_part_of_nobodys_name(greeting):
    assert kinds(f"{greeting} Wendy,\n\nshall I send you two pages?", "Toys | Wendy Bose") == []


def test_a_word_that_also_greets_is_no_greeting_in_a_sentence():
    assert kinds("Afternoon Tea is what we cater for.") == ["company"]


@pytest.mark.parametrize(
    "email",
    [
        "Hi {{first_name}}, may I send you an example?\n\nBest,\n{{sender_name}}\n[Company]",
        "Could we talk for 15 minutes on Thursday at 10:30, or next week?",
        "1. Send us your list.\n2. We load it.",
        "A list in short. FOUR.",
        "Founders in Manufacturing often write lists by hand. May I send you two pages on the supply chain tool?",
        "Guten Tag, passt Ihnen Dienstag um zehn für ein Gespräch von 15 Minuten?",
        "If you had a trial with us, you would see it. If you stopped using it you would pay nothing.",
        "Shall I start the trial? You left the shop to your son. We will print them for you.",
        "",
    ],
)
def test_what_states_nothing(email):
    assert kinds(email) == []


def test_the_context_bears_out_how_the_contact_began_and_nothing_else():
    asked, attended = "Thank you for your question about pricing.", "Thank you for attending our webinar."
    assert kinds(asked, PRICE) == kinds(attended, WEBINAR) == []
    assert kinds(asked, WEBINAR) == kinds(attended, PRICE) == kinds(asked) == ["earlier_talk"]
    assert kinds("In the webinar you asked whether it runs at night.", WEBINAR) == ["earlier_talk"]
    assert kinds("A partner suggested that I write to you.", REFERRED) == []
    assert kinds("I saw that you are hiring.", "Warehouse. News: hiring for the night shift.") == []
    assert kinds("Sie suchen gerade Leute.", "Küche, zwei Stellen ausgeschrieben") == []
    assert kinds("Your colleague Marta Silva recommended me.", REFERRED) == ["relation", "name"]


def test_never_having_written_bears_out_no_earlier_email():
    assert kinds("I wrote to you a while back.", "the Swan; never written to before") == ["earlier_talk"]
    assert kinds("I wrote to you a while back.", "the Swan, walked past, 2nd, Oct") == []


def test_who_was_referred_was_no_customer_and_the_other_way_round():
    customer, referred = "You were a customer of ours.", "Somebody at the fair gave us your number."
    former = "Bakery; was a customer until 2022"
    assert kinds(customer, former) == kinds(referred, REFERRED) == []
    assert kinds(customer, REFERRED) == kinds(referred, former) == kinds(referred) == ["relation"]


def test_who_tried_it_is_told_so_and_nobody_else():
    tried, left = "You had a trial with us and stopped after a week.", "You left us in the spring."
    for told in ("tried us in the spring and dropped off", "had a trial", "free month not used"):
        assert kinds(tried, f"Salon; {told}") == []
    assert kinds(left, "Salon; old customer") == kinds(left, "Salon; cancelled in May") == []
    assert kinds("Sie haben schon einmal bei uns bestellt.", "Bäckerei, Altkunde") == []
    for context in (
        "Salon; met at the fair",
        "Salon; bought-in list",
        "Salon, off the list we bought",
        REFERRED,
        PRICE,
    ):
        assert kinds(tried, context) == ["relation"] and kinds(left, context) == ["earlier_talk"]


@pytest.mark.parametrize(
    "sentence", ["My last email was long.", "I wrote to you about the planner.", "Just following up on my last email."]
)
def test_an_email_of_ones_own_was_written_where_this_is_a_later_one(sentence):
    for later in (
        "Bakery; email 2 of 3",
        "Bakery; step 3",
        "Bäckerei; Schritt 2",
        "Bakery, follow-up",
        "the third email",
    ):
        assert kinds(sentence, later) == [], later
    for first in ("Bakery; email 1 of 3", "Bakery; first email", "Bakery, 2 sites", ""):
        assert kinds(sentence, first) == ["earlier_talk"], first


def test_what_was_said_is_not_borne_out_by_a_later_email():
    assert kinds("My last email was long, and you told me that you hire.", "email 2 of 3") == ["earlier_talk"]


@pytest.mark.parametrize(
    "sentence",
    [
        "One more try from me.",
        "Shorter this time.",
        "This is my last note for now.",
        "Last one from me.",
        "Just bumping this up.",
        "Back again with something better.",
        "Me again, the cleaning man.",
        "Second thoughts on what I sent you the other week.",
        "I'll stop here.",
    ],
)
def test_a_later_email_is_one_where_the_context_tells_of_an_earlier_one(sentence):
    for later in ("second go", "chaser", "Ana, bakery. 2 emails, nothing back", "wrote once, no answer", "step 3/3"):
        assert kinds(sentence, later) == [], later
    for first in ("first email", "not written to before", "rang, no answer", "step 1/3"):
        assert kinds(sentence, first) == ["earlier_talk"], first


def test_facts_permit_numbers_in_any_spelling_and_names():
    for same in ("$1200", "1,200 dollars", "1.200 USD", "twelve hundred dollars"):
        assert kinds(f"It costs {same}.", facts=FACTS) == [], same
    for same in ("20%", "20 percent", "twenty percent"):
        assert kinds(f"They need {same} less paper.", facts=FACTS) == [], same
    assert kinds("Harbour Inn cut its waiting time by 33 percent.", facts=FACTS) == []
    assert kinds("Harbour Inn cut its waiting time by half.", facts=FACTS) == ["result"]
    signed = "May I send you an example?\n\nBest wishes,\nAgnes Keane\nFlowTicket"
    assert kinds(signed, facts=FACTS) == []
    assert kinds(signed) == ["name", "company"]


def test_a_claim_says_where_it_stands_and_why():
    email = "Hi {{first_name}}, we have 250 customers."
    (claim,) = find_claims(email, COLD)
    assert (claim.text, email[claim.start : claim.end]) == ("250", "250")
    assert claim.to_dict() == {"kind": "number", "text": "250", "start": 27, "end": 30, "why": KINDS["number"]}


@pytest.mark.parametrize(
    ("greeting", "context", "found"),
    [
        ("Dear Michael,", "Planfast | Megan Malik (operations manager) | warehouse", ("Michael", "Megan Malik")),
        ("Guten Tag Herr Vogt,", "Frau Petra Lang, Leiterin Einkauf; Lager", ("Herr Vogt", "Petra Lang")),
        ("Hi Emma,", "Gillian Wynn, general manager · hotel, 180 staff", ("Emma", "Gillian Wynn")),
        ("Dear Megan,", "Planfast | Megan Malik (operations manager) | warehouse", None),
        ("Dear Ms Malik,", "Planfast | Megan Malik (operations manager) | warehouse", None),
        ("Hello,", "Planfast | Megan Malik (operations manager) | warehouse", None),
        ("Hi Vogt,", "Planfast | Megan Malik (operations manager) | warehouse", None),
        ("Dear Michael,", "An operations manager, referred by Megan Malik", None),
        ("Dear Michael,", "CFO at a Real Estate firm; about Harbour Inn", None),
    ],
)
def test_a_greeting_of_somebody_else_than_the_recipient(greeting, context, found):
    """Whatever the facts permit: they may name Michael as a colleague."""
    claims = find_claims(f"{greeting}\n\nshall we talk?", context, "Michael Vogt and Emma Keane work with us.")
    said = [claim.why for claim in claims if claim.kind == "greeting"]
    assert said == ([f"greets {found[0]}, the recipient is {found[1]}"] if found else [])
    assert [claim.text for claim in claims] == ([found[0]] if found else [])


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=50))
def test_any_text_can_be_searched(email, context, facts):
    assert all(email[claim.start : claim.end] == claim.text for claim in find_claims(email, context, facts))


@pytest.mark.parametrize(
    "unit", ["a", "A ", "\n", ".", "1,", "1 000 ", "[", "{{", "a.b@c.", "I saw your ", "on 3 May we met "]
)
def test_a_megabyte_is_searched_in_seconds(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    find_claims(text, text, text)
    assert time.process_time() - started < 4  # half of it on a free processor


@pytest.mark.parametrize(
    ("email", "claim"),
    [
        ("We had excellent feedback from an objective point of view.", "excellent feedback"),
        ("We had excellent feedback from teachers.", "excellent feedback from teachers"),
    ],
)
def test_a_claim_ends_before_a_word_that_leads_on(email, claim):
    assert [found.text for found in find_claims(email, "")] == [claim]


def test_sirs_are_nobodys_name():
    assert find_claims("Dear Sirs,\n\nWe are here.", "") == ()
