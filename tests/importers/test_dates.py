"""Points in time, however they are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outcome_rl.importers.dates import day_comes_first, parse_date

NINE = datetime(2024, 3, 4, 9, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-03-04T09:12:00.000Z", NINE), ("2024-03-04T11:12:00+0200", NINE), ("2024-03-04 09:12:00", NINE),
        ("20240304T091200", NINE), ("04.03.2024 09:12", NINE), ("3/4/2024 9:12 AM", NINE), ("3/4/24, 9:12 AM", NINE),
        ("Mon, 4 Mar 2024 10:12:00 +0100", NINE), ("Mar 4, 2024 at 9:12 AM", NINE), ("1709543520", NINE),
        ("1709543520000", NINE), ("4. März 2024", MIDNIGHT), ("2024-03-04", MIDNIGHT), ("20240304", MIDNIGHT),
        ("", None), ("-", None), ("12", None), ("yes", None), ("2024", None), ("12345678", None),
        ("2024-03-04 9:12 AM", NINE), ("2024-03-04 09:12:00 +0000 UTC", NINE), ("2024. 3. 4. 9:12", NINE),
        ("2024. 3. 4.", MIDNIGHT), ("'2024-03-04", MIDNIGHT), ("202403040912", NINE), ("491512345678", None),
        ("lundi 4 mars 2024 à 09:12", NINE), ("4. März 2024 um 9:12", NINE), ("4 de marzo de 2024 a las 9:12", NINE),
        ("+1 555 010 9999", None),
        ("31/31/2024", None), ("maybe 2024-03-04", None),
    ],
)  # fmt: skip
def test_points_in_time(text: str, at: datetime | None) -> None:
    assert parse_date(text) == at


def test_a_column_tells_whether_the_day_comes_first() -> None:
    assert day_comes_first(["3/4/2024", "13/4/2024"]) is True
    assert day_comes_first(["3/4/2024", "3/14/2024"]) is False
    assert day_comes_first(["3/4/2024"]) is None
    assert parse_date("3/4/2024", day_first=True) == datetime(2024, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-03-04T23:30:00+0200", "2024-03-04T23:30:00+02:00"),
        ("Mon, 4 Mar 2024 23:30:00 -0500", "2024-03-04T23:30:00-05:00"),
        ("04.03.2024 23:30 MEZ", "2024-03-04T23:30:00+01:00"),
        ("3/4/2024 11:30 PM", "2024-03-04T23:30:00+00:00"),
        ("2024-03-04 23:30 Europe/Berlin", "2024-03-04T23:30:00+00:00"),
    ],
)
def test_the_hour_stays_the_one_that_is_written(text: str, written: str) -> None:
    found = parse_date(text)
    assert found and found.isoformat() == written
    assert found.utcoffset() == datetime.fromisoformat(written).utcoffset()
