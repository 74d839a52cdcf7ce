"""What is wrong with an email for whoever reads it: claims without ground, and what one would stumble over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .claims import Claim, find_claims
from .sense import SenseReport, sense_report


@dataclass(frozen=True)
class Findings:
    """``claims``: what the email states without ground, ``sense``: what a reader would stumble over."""

    claims: tuple[Claim, ...]
    sense: SenseReport

    def to_dict(self) -> dict[str, Any]:
        """Both in plain words; JSON-ready."""
        return {"claims": [claim.to_dict() for claim in self.claims], "problems": list(self.sense.problems)}


def find_all(email: str, context: str, facts: str) -> Findings:
    """All findings; ``facts``: what the sender may say besides what the context does."""
    return Findings(find_claims(email, context, facts), sense_report(email, context, facts))
