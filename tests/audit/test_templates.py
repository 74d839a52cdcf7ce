"""Duplicates, contradictions and templates."""

import random

from outcome_rl.audit.audit import duplicate_findings
from outcome_rl.audit.by_template import figures_by_template, template_figures
from outcome_rl.audit.phrases import frequent_phrases
from outcome_rl.audit.templates import WORD, count_phrases, template_findings
from outcome_rl.text.near_duplicates import near_duplicate_groups
from outcome_rl.text.ngrams import number_words
from tests.helpers.made_emails import VOCABULARY, made, only, plain


def test_phrases_are_counted_by_email():
    words = number_words(["a b c. a b c", "A B, c", "b c a b", "x"], WORD)
    said: list[dict[str, list[int]]] = [{}, {}, {}]
    for each in frequent_phrases(words, 2, 3):
        for at, low, high in zip(each.example, each.bounds, each.bounds[1:], strict=False):
            said[each.length - 1][words.spoken(at, each.length)] = sorted(each.texts[low:high].tolist())
    assert said[0] == {"a": [0, 1, 2], "b": [0, 1, 2], "c": [0, 1, 2]}
    assert said[1] == {"a b": [0, 1, 2], "b c": [0, 1, 2], "c a": [0, 2]}
    assert said[2] == {"a b c": [0, 1], "b c a": [0, 2], "c a b": [0, 2]}


def test_duplicates_and_contradictions():
    data = plain(30)
    emails = [*data.emails, data.emails[0].upper(), data.emails[1], f"{data.emails[2]} zebra", data.emails[3]]
    contexts = [*data.contexts, data.contexts[0], data.contexts[1], "Other", "Another"]
    outcomes = [*data.outcomes, data.outcomes[0], (data.outcomes[1] + 1) % 3, 0, (data.outcomes[3] + 1) % 3]
    found = duplicate_findings(made(emails, outcomes, contexts), near_duplicate_groups(emails))
    assert only(found, "duplicate").rows == (2, 3, 32, 33)
    assert only(found, "near-duplicate").rows == (4, 5, 34, 35)
    contradicting, elsewhere = (finding for finding in found if finding.kind == "conflict")
    assert (contradicting.severity, contradicting.rows) == ("warning", (3, 33))
    assert (elsewhere.severity, elsewhere.rows) == ("note", (5, 35))
    assert duplicate_findings(data, near_duplicate_groups(data.emails)) == []


def test_templates():
    rng = random.Random(0)
    filled = [
        f"Hello {rng.choice(VOCABULARY)}, our {rng.choice(VOCABULARY)} tool saves your team ten hours every single "
        f"week. Would you have time for a short call about {rng.choice(VOCABULARY)} on Monday?"
        for _ in range(12)
    ]
    data = plain(100)
    found = only(template_findings(count_phrases(made([*data.emails, *filled]))), "template")
    assert found.rows == tuple(range(102, 114))
    assert "'tool saves your team ten hours every single week would you have time for a shor…'" in found.message
    assert template_findings(count_phrases(data)) == []


def test_figures_by_template_are_those_of_its_instances():
    rng = random.Random(1)
    first = [
        f"Hello {rng.choice(VOCABULARY)}, our tool saves your team ten hours every single week." for _ in range(12)
    ]
    second = [f"Two of your neighbours stopped chasing late {rng.choice(VOCABULARY)} last year." for _ in range(12)]
    outcomes = [1, 1, 1, *[0] * 9, 2, 2, 1, 1, 1, 1, *[0] * 6, 0, 1, 2, 0, 0]
    data = made([*first, *second, *plain(5).emails], outcomes)
    one, two = figures_by_template(data)
    assert (one.sent, one.replied, one.converted, one.rows) == (12, 3, 0, tuple(range(2, 14)))
    assert (two.sent, two.replied, two.converted, two.rows) == (12, 6, 2, tuple(range(14, 26)))
    finding = only(template_figures(data), "by-template")
    message = finding.message
    assert "'Two of your neighbours stopped chasing late … last year.' sent 12" in message
    assert "no verdict" in finding.advice
    assert "sent 12, 25% (9% to 53%) replied, 0% (0% to 24%) converted" in message  # Wilson's, by hand
    assert "sent 12, 50% (25% to 75%) replied, 17% (5% to 45%) converted" in message
    assert template_figures(made([*first, *plain(5).emails], [0, 1, *[0] * 15])) == []  # nothing to compare
    replied_only = made([*first, *second], [0, 1] * 12)
    assert "converted" not in only(template_figures(replied_only), "by-template").message
