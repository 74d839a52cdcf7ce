"""How the page shows an audit: strangers' text stays text, a masked copy is a data set of its own."""

import numpy as np
import pytest

from outcome_rl.audit.findings import Finding
from outcome_rl.data.dataset import Columns
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common import plots
from outcome_rl.ui.common.datasets import resolve, store_upload
from outcome_rl.ui.data.audit_panel import findings_list, save_masked_copy
from outcome_rl.ui.data.audits import audit_dataset
from outcome_rl.ui.words.emails import NOTHING_FOUND
from tests.helpers.made_emails import kinds, personal_file


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
