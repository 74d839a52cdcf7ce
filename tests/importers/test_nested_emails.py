"""Leads with all that was written to them in one cell."""

from __future__ import annotations

import json

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write


def leads(write: Write, key: str) -> object:
    email = {"_type": "Email", "direction": "outgoing", "subject": "Shifts", key: EMAILS[0], "date_sent": "2024-03-04"}
    rows = [
        {"id": f"lead_{n}", "name": f"Firm {n}", "status_label": "Contacted", "activities": [email]} for n in range(8)
    ]
    return write(json.dumps(rows), "leads.json")


def test_emails_in_a_list_are_told_and_how_to_go_on(write: Write) -> None:
    with pytest.raises(DataError, match=r"the emails stand in 'activities'.* a row for each email .* as mbox"):
        preview_import([leads(write, "body_text")])


def test_a_list_without_texts_is_no_such_thing(write: Write) -> None:
    assert preview_import([leads(write, "template_id")]).rows_read == 8
