"""How the page shows an audit: strangers' text stays text, a masked copy is a data set of its own."""

import numpy as np
import pytest

from outcome_rl.audit.findings import Finding
from outcome_rl.audit.outcomes import class_findings
from outcome_rl.data.dataset import Columns, EmailData
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common import plots
from outcome_rl.ui.common.datasets import resolve, store_upload
from outcome_rl.ui.data.audit_panel import findings_list, save_masked_copy
from outcome_rl.ui.data.audits import audit_dataset
from outcome_rl.ui.words.emails import NOTHING_FOUND
from outcome_rl.ui.words.findings import plain_finding
from tests.helpers.made_emails import kinds, only, personal_file


@pytest.fixture
def personal(tmp_path):
    return personal_file(tmp_path)


def test_the_page_escapes_what_strangers_wrote():
    shown = findings_list((Finding("leak", "problem", "'<script>{x}' gives it away", "Take it out.", (3,)),))
    assert "&lt;script&gt;&#123;x&#125;" in shown
    assert "(row 3)." in shown
    assert "<script" not in shown
    assert NOTHING_FOUND in findings_list(())


def test_the_page_masks_into_a_data_set_of_its_own(personal, tmp_path):
    space = Workspace(tmp_path)
    chosen = save_masked_copy(space, store_upload(space, personal, Columns(context="who")))
    dataset = resolve(space, chosen)
    assert dataset.label == "mine-masked.csv"
    assert dataset.read().emails[-1] == "Please write to [email] or ring [phone] today"
    assert "personal" not in kinds(audit_dataset(dataset).findings)


def test_the_chart_of_lengths_does_not_grow_with_the_rows():
    figure = plots.length_boxes([np.arange(1, 100_002), [5.0], []])
    assert len(figure.to_json()) < 20_000
    assert (figure.data[0].median, figure.data[0].q1, figure.data[1].median) == ((50001,), (25001,), (5,))
    assert figure.data[2].visible is False


@pytest.mark.parametrize(
    ("outcomes", "said", "way_out"),
    [
        ([0] * 90 + [1] * 21 + [2] * 11, "Emails that ended in a conversion: 11", "count these as replies"),
        ([0] * 90 + [1] * 11, "Emails that got a reply but no conversion: 11", "Add such emails"),
        ([0] * 11 + [1] * 90, "Emails that got no reply: 11", "not answered, too"),
    ],
)
def test_few_emails_of_an_outcome_are_told_as_people_who_sell_would(outcomes, said, way_out):
    emails = [f"Email number {n}" for n in range(len(outcomes))]
    few = only(class_findings(EmailData.from_lists(emails, emails, outcomes)), "few-rows")
    plain = plain_finding(few.kind, few.severity, few.message, few.advice)
    assert plain.message == said
    assert "fewer than 20" in plain.advice and way_out in plain.advice
    assert "row" not in plain.message + plain.advice


def test_counts_by_template_and_their_intervals_stand_in_the_fold():
    told = "14 templates with 10 or more instances, with 95 % intervals: 'Hello …' sent 83, 11% (6% to 19%) replied"
    plain = plain_finding("by-template", "note", told, "These are counts, no verdict.")
    assert plain.message == "14 templates went out 10 times or more each"
    assert plain.measured == told
    assert "command" not in plain.advice


def test_the_sellers_own_follow_ups_are_no_answers():
    plain = plain_finding("written-after", "note", "400 emails answering an answer (rows 3, 6)", "Check.")
    assert plain.message == "400 emails possibly written in answer to a reply (with “Re:” in the subject, for example)"
    assert "Your own follow-ups are fine" in plain.advice
