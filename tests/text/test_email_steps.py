"""Which of several emails to one recipient an email is, as contexts of all shapes say it."""

import pytest

from outcome_rl.text.email_steps import is_first, is_later, recalls_email, recalls_email_in_vain

FIRST, LATER, UNSAID = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ("This is our first email to them. Tower Close, 24 homes.", FIRST),
        ("bakery; step 1", FIRST),
        ("Bäckerei / erste Mail", FIRST),
        ("the Swan; not written to before", FIRST),
        ("Never written to before. The clerk at Aston Pole passed us the name.", FIRST),
        ("has never been written to, the Swan", FIRST),
        ("the Swan; 1st email", FIRST),
        ("bakery, step one of four", FIRST),
        ("1. Mail, Bäckerei", FIRST),
        ("the White Hart, Ossett, pub, off google, 1st, Nov", FIRST),
        ("cold, 1st. Riverside Court, Batley", FIRST),
        ("pub, hygiene 3 last time; first one", FIRST),
        ("rang last wk, nice on phone, 1st", FIRST),
        ("the Swan; 2nd email, no answer to 1st", LATER),
        ("the Swan; second message, the first message got no answer", LATER),
        ("the Swan; second email, the first email was short", LATER),
        ("bakery; step 12", LATER),
        ("Lead | step 2/4", LATER),
        ("email two of three", LATER),
        ("Bäckerei; 2. Mail", LATER),
        ("the Swan, follow up", LATER),
        ("the Swan, follow up 1", LATER),
        ("the Olive Branch, walked past, 2nd, Oct", LATER),
        ("2nd. La Scala, Skipton", LATER),
        ("butchers, Wetherby - Raj; doors 7. 3rd + last", LATER),
        ("pub, Horsforth; drove past. third one", LATER),
        ("One email has gone already, no answer. Martin is writing.", LATER),
        ("This is the last of three. Jess is writing.", LATER),
        ("Two emails unanswered, last try", LATER),
        ("referred by Kevin, no answer yet to our first email", LATER),
        ("sent one before Christmas and heard nothing", LATER),
        ("Bäckerei / dritte und letzte Mail", LATER),
        ("the Swan; 1st email got no reply", UNSAID),
        ("bakery | list | m1", UNSAID),
        ("bakery, cold", UNSAID),
        ("two shops; open 9 to 5. Mail them, or message one of the two", UNSAID),
        ("they asked us to follow up in June", UNSAID),
        ("2nd Avenue Bakery, 3rd floor, inspected on March 3rd", UNSAID),
        ("hygiene 3 last time, last inspection in May", UNSAID),
    ],
)
def test_a_context_tells_the_first_email_from_later_ones(context, told):
    assert (is_first(context), is_later(context)) == told
    assert recalls_email_in_vain("Just following up on my last email.", context) is told[0]
    assert not recalls_email_in_vain("Shall I send you two pages?", context)


@pytest.mark.parametrize(
    "text",
    [
        "Just pushing this one back up your list.",
        "This is the second time I'm writing.",
        "No reply so far, so I'll try once more.",
        "I've written twice and I take the hint.",
        "No answer to my two mails, so I suppose it's not the moment.",
        "I know what a week's like, so here it is again, shorter.",
        "I haven't heard back, which surprised me a bit.",
        "Did you get this?",
        "I wanted to follow up on the depot.",
        "Quick follow up on the rota.",
        "Last email on this, promise.",
        "I take silence as a no, which is fine.",
    ],
)
def test_emails_that_speak_of_an_earlier_one_are_known(text):
    assert recalls_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'll leave you a plug-in meter for a week, no charge.",
        "One question, and then I'll leave you be.",
        "I'll follow up with a quote on Thursday.",
        "We have written offers for three sites on file.",
        "Did you get the bill down last year?",
        "Your last email system cost you a week.",
    ],
)
def test_emails_that_do_not_speak_of_an_earlier_one_are_left_alone(text):
    assert not recalls_email(text)
