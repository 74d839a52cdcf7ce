"""The audit before training: each kind is found where it was planted and not where it was not."""

import json
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from outcome_rl.audit.audit import audit, duplicate_findings
from outcome_rl.audit.findings import Finding, quoted, rows_in_words
from outcome_rl.audit.leaks import Chance, _tail
from outcome_rl.audit.outcomes import class_findings, context_findings, length_findings, same_context_findings
from outcome_rl.audit.templates import WORD, count_phrases, frequent_phrases, template_findings
from outcome_rl.audit.texts import has_markup, is_empty, is_foreign, text_findings, trace_findings
from outcome_rl.cli.commands import app
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import Columns, EmailData, read_emails
from outcome_rl.runs.workspace import Workspace
from outcome_rl.text import near_duplicates
from outcome_rl.text.near_duplicates import near_duplicate_groups
from outcome_rl.text.ngrams import hashed_runs, number_words
from outcome_rl.text.pii import mask_personal
from outcome_rl.ui.common import plots
from outcome_rl.ui.common.datasets import keep_upload, resolve
from outcome_rl.ui.data.audit_panel import NOTHING, findings_list, look_at, masked_copy

SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprstv" for b in "aeiou"]
VOCABULARY = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES][:1500]
COMMON = np.cumsum([1 / (10 + i) for i in range(1500)]).tolist()
HELLO = "Hello Anna, the plant has seen three new machines this year and we would like to show you ours."


def text(rng, words=40):
    """Words as unevenly common as in a language."""
    return " ".join(rng.choices(VOCABULARY, cum_weights=COMMON, k=words))


def made(emails, outcomes=None, contexts=None):
    n = len(emails)
    outcomes = outcomes or [i % 3 for i in range(n)]
    contexts = contexts or [f"Customer number {i}." for i in range(n)]
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


def plain(n=240, seed=0):
    rng = random.Random(seed)
    return made([text(rng) for _ in range(n)], [rng.randrange(3) for _ in range(n)])


def kinds(findings, severity=None):
    return {finding.kind for finding in findings if severity in (None, finding.severity)}


def only(findings, kind):
    (found,) = [finding for finding in findings if finding.kind == kind]
    return found


# --- the whole --------------------------------------------------------------------------------------------------------


def test_the_sample_holds_no_problem(sample):
    found = audit(sample)
    assert kinds(found, "problem") == set()
    assert kinds(found) <= {"personal", "written-after", "length", "context"}


def test_a_file_of_chance_has_no_finding_of_weight():
    assert kinds(audit(plain())) <= {"context"}


def test_problems_come_first_and_rows_are_line_numbers():
    data = plain()
    data = EmailData(data.contexts, (*data.emails[:-1], "n/a"), data.outcomes, tuple(range(100, 340)))
    data = made(list(data.emails), [0] * 239 + [1])
    found = audit(data)
    order = [("problem", "warning", "note").index(finding.severity) for finding in found]
    assert order == sorted(order)
    assert only(found, "empty").rows == (241,)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80), st.integers(0, 2)), min_size=1, max_size=12))
def test_strange_text_never_stops_the_audit(rows):
    contexts, emails, outcomes = zip(*rows, strict=True)
    for finding in audit(made(emails * 2, outcomes * 2, contexts * 2)):
        assert set(finding.rows) <= set(range(2, 2 * len(rows) + 2))
        assert finding.message.isprintable()
        assert finding.advice


def test_rows_in_words():
    assert rows_in_words(()) == ""
    assert rows_in_words((3,)) == "row 3"
    assert rows_in_words((3, 17, 20, 21)) == "rows 3, 17, 20 and 21"
    assert rows_in_words(range(1000, 1015)) == "rows 1000, 1001, 1002 and 12 more"
    assert quoted("a\n\x1b[31m" + "b" * 90) == f"'a [31m{'b' * 73}…'"


# --- leaks ------------------------------------------------------------------------------------------------------------


def with_phrase(data, phrase, outcome, times):
    places = [i for i, value in enumerate(data.outcomes) if value == outcome][:times]
    emails = [f"{email[: len(email) // 2]} {phrase} {email}" if i in places else email
              for i, email in enumerate(data.emails)]  # fmt: skip
    return made(emails, data.outcomes), {data.rows[i] for i in places}


@pytest.mark.parametrize(("phrase", "times"), [("thanks for signing", 10), ("KICKOFF", 25)])
def test_a_leak_is_found_with_its_rows(phrase, times):
    data, rows = with_phrase(plain(), phrase, 2, times)
    found = only(audit(data), "leak")
    assert found.severity == "problem"
    assert phrase.lower() in found.message
    assert set(found.rows) == rows
    assert f"{times} of {times} different emails with it are conversion" in found.message


def test_a_phrase_of_all_outcomes_and_one_in_few_emails_are_no_leaks():
    data, _ = with_phrase(plain(), "thanks for signing", 2, 30)
    assert "leak" not in kinds(audit(made(data.emails, plain(seed=1).outcomes)))
    assert "leak" not in kinds(audit(with_phrase(plain(), "thanks for signing", 2, 7)[0]))


def test_a_thousand_copies_of_an_email_are_one_observation():
    data = plain()
    copies = [HELLO] * 60
    assert "leak" not in kinds(audit(made([*data.emails, *copies], [*data.outcomes, *[2] * 60])))


def test_words_of_emails_that_fail_for_another_reason_are_no_leak():
    rng = random.Random(3)
    pushy = ["must", "now", "urgent", "hurry", "deal", "last", "chance", "buy", "act", "today"]
    emails, outcomes = [], []
    for i in range(300):
        is_pushy = i % 2 == 0
        emails.append(text(rng) + (" " + " ".join(rng.sample(pushy, 4)) if is_pushy else ""))
        outcomes.append(0 if is_pushy and rng.random() < 0.8 else rng.randrange(3))
    assert "leak" not in kinds(audit(made(emails, outcomes)))


def test_the_number_expected_by_chance_is_worked_out():
    chance = Chance(np.array([8, 8, 8, 3]), np.array([0.5, 0.25, 0.25]))
    assert chance.tested == 3
    # three phrases in 8 emails, four lengths: 8 of 8 has 0.5**8 = 1/256 for one outcome, 0.25**8 for each of the others
    assert chance.expected(1 / 256) == pytest.approx(3 * 4 * (0.5**8 + 2 * 0.25**8))
    assert chance.expected(0.25**8) == pytest.approx(3 * 4 * 2 * 0.25**8)
    assert chance.expected(1e-9) == 0


def test_the_tail_of_a_poisson_binomial():
    assert _tail(np.array([0.5, 0.2]), np.array([True, True])) == pytest.approx(0.1)
    assert _tail(np.array([0.5, 0.2]), np.array([True, False])) == pytest.approx(1 - 0.5 * 0.8)
    assert _tail(np.array([0.5, 0.2]), np.array([False, False])) == pytest.approx(1)


def test_phrases_are_counted_by_email():
    words = number_words(["a b c. a b c", "A B, c", "b c a b", "x"], WORD)
    found = frequent_phrases(words, 2, 3)
    said = [{words.spoken(at, each.length): sorted(each.texts[low:high].tolist())
             for at, low, high in zip(each.example, each.bounds, each.bounds[1:], strict=False)}
            for each in found]  # fmt: skip
    assert said[0] == {"a": [0, 1, 2], "b": [0, 1, 2], "c": [0, 1, 2]}
    assert said[1] == {"a b": [0, 1, 2], "b c": [0, 1, 2], "c a": [0, 2]}
    assert said[2] == {"a b c": [0, 1], "b c a": [0, 2], "c a b": [0, 2]}


def test_a_phrase_does_not_reach_into_the_next_email():
    (one, _), (two, _) = hashed_runs(number_words(["a b", "", "c", "d e"], WORD), 2)
    assert one.tolist() == [0, 1, 2, 3, 4]
    assert two.tolist() == [0, 3]


# --- duplicates and templates -----------------------------------------------------------------------------------------


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


def test_many_texts_are_grouped_as_few_are(monkeypatch):
    rng = random.Random(4)
    emails = [text(rng, 60) for _ in range(120)]
    for email in emails[:60]:
        words = email.split()
        for place in rng.sample(range(60), rng.choice((1, 2, 4, 8, 16))):
            words[place] = "zz"
        emails.append(" ".join(words))
    emails += ["", "", "!", emails[5]]
    exact = near_duplicate_groups(emails)
    monkeypatch.setattr(near_duplicates, "EXACT_TEXTS", 0)
    many = near_duplicate_groups(emails)
    same = [(a == b).tolist() for groups in (exact, many) for a in groups for b in [groups]]
    assert same[: len(emails)] == same[len(emails) :]
    assert len(set(exact[180:183])) == 3, "texts without words have nothing in common"
    assert 120 < len(set(exact)) < 183


# --- traces of what came after ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email",
    [
        "Great.\n\nOn Mon, 3 May 2024 at 10:11, Anna wrote:\n> yes",
        "> yes please\n> send it\nThen we will.",
        "See below\n-----Original Message-----\nHello",
        "Thank you so much for signing last week.",
        "Now that the contract is signed, we can start.",
        "Welcome aboard!",
    ],
)
def test_certain_traces_warn(email):
    found = only(trace_findings(made([HELLO, email])), "written-after")
    assert (found.severity, found.rows) == ("warning", (3,))


@pytest.mark.parametrize(
    "email",
    ["Thanks for your quick reply!", "It was great speaking with you yesterday.", "Subject: Re: prices\nHello",
     "Following our call I send the price."],
)  # fmt: skip
def test_others_warn_where_they_go_with_the_outcome(email):
    assert only(trace_findings(made([HELLO, email])), "written-after").severity == "note"
    answered = made([HELLO] * 10 + [email] * 10, [0] * 10 + [1, 2] * 5)
    assert only(trace_findings(answered), "written-after").severity == "warning"


@pytest.mark.parametrize(
    "email",
    [HELLO, "Have you signed up for the webinar?", "I look forward to your reply.", "Regarding the contract: call me.",
     "Thank you for your interest in our prices."],
)  # fmt: skip
def test_ordinary_emails_bear_no_trace(email):
    assert trace_findings(made([email])) == []


# --- what tells the outcome without reading ---------------------------------------------------------------------------


def test_few_rows_and_imbalance():
    few = class_findings(made([HELLO] * 60, [0] * 40 + [1] * 18 + [2] * 2))
    assert [(finding.kind, finding.severity) for finding in few] == [
        ("few-rows", "warning"), ("few-rows", "problem"), ("imbalance", "warning"),
    ]  # fmt: skip
    assert "67% of the rows are no reply, 3.3% conversion" in few[2].message
    assert class_findings(made([HELLO] * 60)) == []


def test_length_that_goes_with_the_outcome():
    emails = [" ".join(["word"] * (10 + 20 * (i % 3) + i % 7)) for i in range(90)]
    (found,) = length_findings(made(emails))
    assert found.severity == "warning"
    assert "13 words for no reply, 33 words for reply, 53 words for conversion" in found.message
    assert length_findings(made([" ".join(["word"] * (10 + i % 7)) for i in range(90)], plain(90).outcomes)) == []


def test_a_context_that_has_one_outcome():
    contexts = ["Customer: the fair"] * 12 + [f"Customer {i % 10}" for i in range(90)]
    outcomes = [2] * 12 + [i % 3 for i in range(90)]
    (found,) = same_context_findings(made([HELLO] * 102, outcomes, contexts))
    assert found.rows == tuple(range(2, 14))
    mixed = [2] * 11 + [0] + [i % 3 for i in range(90)]
    assert same_context_findings(made([HELLO] * 102, mixed, contexts)) == []


def test_contexts_whose_wording_tells_the_outcome():
    rng = random.Random(1)
    contexts = [f"A customer from {'Rome' if i % 3 else 'Paris'}, number {rng.randrange(50)}" for i in range(150)]
    (found,) = context_findings(made([HELLO] * 150, None, contexts))
    assert found.severity == "warning"
    assert "any answer with an AUC of 1.00" in found.message
    assert context_findings(made([HELLO] * 150, plain(150).outcomes, contexts)) == []
    assert context_findings(made([HELLO] * 150, None, ["?!"] * 150)) == []


# --- single texts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["n/a", " N/A ", "---", "…", "None", "?!", "\u200b."])
def test_cells_that_hold_nothing(cell):
    assert is_empty(cell)
    assert not is_empty(HELLO)


def test_short_and_long_emails():
    found = text_findings(made([HELLO, "Call me now", "word " * 501, "n/a"]))
    assert {finding.kind: finding.rows for finding in found} == {"short": (3,), "long": (4,), "empty": (5,)}


@pytest.mark.parametrize(
    ("email", "foreign"),
    [
        ("Guten Tag Herr Müller, wir haben mit Ihnen über das Angebot gesprochen und ich freue mich sehr.", True),
        ("Bonjour Madame, nous avons le plaisir de vous présenter une solution pour les équipes.", True),
        ("Hola Ana, le escribo para contarle que nuestra herramienta ayuda a los equipos de ventas.", True),
        ("您好，我们想向您介绍我们的新产品，希望能与您安排一次通话。", True),
        ("Здравствуйте, Анна! Мы хотели бы показать вам нашу систему учёта на следующей неделе.", True),
        (HELLO, False),
        ("Dear Herr Müller, die casting is what the plants in der Schweiz do for you and your team every day.", False),
        ("CRM, ERP, API, SLA, KPI, ROI, B2B, SaaS, HR", False),
        ("Hi José 👋", False),
    ],
)  # fmt: skip
def test_language(email, foreign):
    assert is_foreign(email) is foreign


def test_markup():
    assert all(map(has_markup, ("<p>Hi</p>", "Hi<br/>you", '<a href="x">y</a>', "a&nbsp;b", "<!DOCTYPE html>")))
    assert not any(map(has_markup, ("a < b > c", "<name>", "Hi <First Name>", "R&D; fine", "1 <i 3", HELLO)))


# --- personal data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Write to anna.berg+x@mail.example.co.uk.", "Write to [email]."),
        ("<a@b.de>, jörg@müller.de;", "<[email]>, [email];"),
        ("Ring +44 20 7946 0958 or (555) 123-4567.", "Ring [phone] or [phone]."),
        ("555-123-4567, 555.123.4567, 5551234567", "[phone], [phone], [phone]"),
        ("Call 555-0142 NOW, 06 12 34 56 78 later", "Call [phone] NOW, [phone] later"),
        ("tel: 123 456 789", "tel: [phone]"),
        ("+49 (0)30 1234567", "[phone]"),
    ],
)
def test_personal_data_are_masked(before, after):
    assert mask_personal(before) == after
    assert mask_personal(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-05-03 at 10:30, 03/05/2024 and 3.5.2024", "between 2019-2023 we", "1,200,000 or 1.200.000",
        "1 200 000",         "call on 03/05/2024", "10 15 20 25 30 35",
        "from 192.168.100.200", "at 3 @ 5", "version 1.2.3", "$12,500.00",
        "a@b", "[phone] [email]", "90 percent of 415 rows, 77 % of 62",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text):
    assert mask_personal(text) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("a1@.+-() \n<>&;:/é你"), max_size=200))
def test_masking_twice_changes_nothing_more(value):
    once = mask_personal(value)
    assert mask_personal(once).count("@") == once.count("@")
    has_markup(value), is_foreign(value), is_empty(value), trace_findings(made([value]))


@pytest.mark.parametrize(
    "piece", ["a", "a@", "a.", "1 ", "1-", "+1(", "<a ", "\non ", ">\n", "thank you for ", "great ", "&#1"]
)
def test_a_million_characters_take_no_time(piece):
    cell = (piece * (1_000_000 // len(piece) + 1))[:999_999] + "@"
    start = time.process_time()
    mask_personal(cell), has_markup(cell), is_foreign(cell), is_empty(cell), trace_findings(made([cell]))
    assert time.process_time() - start < 2


# --- where it is shown ------------------------------------------------------------------------------------------------


@pytest.fixture
def personal(tmp_path):
    data = plain(30)
    emails = [*data.emails[:-1], "Please write to <b>anna@example.com</b> or ring +44 20 7946 0958 today"]
    path = tmp_path / "mine.csv"
    write_rows(path, ("who", "email_text", "outcome"), zip(data.contexts, emails, data.outcomes, strict=True))
    return path


def checked(*arguments):
    done = CliRunner().invoke(app, ["check", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def test_check_prints_and_masks(personal, tmp_path):
    out = tmp_path / "masked.csv"
    shown = checked(personal, "--context-column", "who", "--mask-to", out)
    assert "30 emails for 30 contexts; the file can be used." in shown
    assert "1 email with email addresses or telephone numbers in them (row 31)." in shown
    assert "Personal data masked in 1 row, written to" in shown
    assert out.read_text(encoding="utf-8").splitlines()[0] == "who,email_text,outcome"
    masked = read_emails(out, Columns(context="who"))
    assert masked.emails[-1] == "Please write to <b>[email]</b> or ring [phone] today"
    assert masked.outcomes == plain(30).outcomes
    assert "personal" not in kinds(audit(masked))


def test_check_gives_findings_as_json(personal, tmp_path):
    found = json.loads(checked(personal, "--context-column", "who", "--json").splitlines()[-1])["findings"]
    assert all(set(finding) == {"kind", "severity", "message", "advice", "rows"} for finding in found)
    assert [finding["rows"] for finding in found if finding["kind"] == "personal"] == [[31]]


def test_the_page_escapes_what_strangers_wrote():
    shown = findings_list((Finding("leak", "problem", "'<script>{x}' gives it away", "Take it out.", (3,)),))
    assert "&lt;script&gt;&#123;x&#125;" in shown
    assert "(row 3)." in shown
    assert "<script" not in shown
    assert NOTHING in findings_list(())


def test_the_page_masks_into_a_data_set_of_its_own(personal, tmp_path):
    space = Workspace(tmp_path)
    chosen = masked_copy(space, keep_upload(space, personal, Columns(context="who")))
    dataset = resolve(space, chosen)
    assert dataset.label == "mine-masked.csv"
    assert dataset.read().emails[-1] == "Please write to <b>[email]</b> or ring [phone] today"
    assert "personal" not in kinds(look_at(dataset).findings)


def test_the_chart_of_lengths_does_not_grow_with_the_rows():
    figure = plots.lengths([np.arange(1, 100_002), [5.0], []])
    assert len(figure.to_json()) < 20_000
    assert (figure.data[0].median, figure.data[0].q1, figure.data[1].median) == ((50001,), (25001,), (5,))
    assert figure.data[2].visible is False
