"""Precision and recall of the text checks on the labelled files beside this one (README.md says how they were made)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from outcome_rl.text.calls_to_action import find_asks
from outcome_rl.text.claims import find_claims
from outcome_rl.text.sense import sense_report

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Found:
    """How many were found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def asks(part: str) -> Found:
    """Sentences that ask; those of another label are wrong."""
    with (HERE / "cta_labelled.csv").open(encoding="utf-8") as file:
        rows = [
            (row["label"] == "1", bool(find_asks(row["sentence"])))
            for row in csv.DictReader(file)
            if row["part"] == part
        ]
    return Found(rows.count((True, True)), rows.count((False, True)), rows.count((True, False)))


def claims(part: str) -> Found:
    """Claims, each right where it shares a character with a labelled one."""
    right = wrong = missed = 0
    for row in json.loads((HERE / "claims_labelled.json").read_text(encoding="utf-8")):
        if row["part"] != part:
            continue
        found = [(each.start, each.end) for each in find_claims(row["email"], row["context"], row["facts"])]
        labels = [(each["start"], each["start"] + len(each["text"])) for each in row["claims"]]
        hit = [any(start < end and first < last for first, end in found) for start, last in labels]
        right, missed = right + sum(hit), missed + hit.count(False)
        wrong += sum(not any(start < end and first < last for start, last in labels) for first, end in found)
    return Found(right, wrong, missed)


def problems(part: str, kind: str = "") -> Found:
    """Problems of emails, one kind or all."""
    right = wrong = missed = 0
    for row in json.loads((HERE / "sense_labelled.json").read_text(encoding="utf-8")):
        if row["part"] != part:
            continue
        report = sense_report(row["email"], row["context"])
        seen = {
            "cut_off": report.cut_off,
            "placeholder": report.placeholders,
            "role": report.role_confusion,
            "product_missing": report.product_named is False,
            "assistant": report.assistant_talk,
            "repetition": report.repeated,
        }
        found = {name for name, present in seen.items() if present and kind in ("", name)}
        labels = {name for name in row["problems"] if kind in ("", name)}
        right, wrong, missed = right + len(found & labels), wrong + len(found - labels), missed + len(labels - found)
    return Found(right, wrong, missed)
