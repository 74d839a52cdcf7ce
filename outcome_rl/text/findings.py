"""What is wrong with an email for whoever reads it: claims without ground, and what one would stumble over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .claims import ATTACHMENT, KINDS, OBSERVATION, Claim, find_claims
from .grounds import Ground
from .observations import attachments, observations
from .sense import SenseReport, sense_report
from .sentences import Span


@dataclass(frozen=True)
class Findings:
    """``claims``: what the email states without ground, ``sense``: what a reader would stumble over."""

    claims: tuple[Claim, ...]
    sense: SenseReport

    def to_dict(self) -> dict[str, Any]:
        """Both in plain words; JSON-ready."""
        return {"claims": [claim.to_dict() for claim in self.claims], "problems": list(self.sense.problems)}


def find_all(email: str, context: str, facts: str) -> Findings:
    """All findings; ``facts``: what the sender may say besides what the context does, which is of no one recipient."""
    claims = find_claims(email, context, facts)
    told = observations(email, Ground.of(context, ""), [(claim.start, claim.end) for claim in claims])
    claims += tuple(_claim(OBSERVATION, email, span) for span in told)
    claims += tuple(_claim(ATTACHMENT, email, span) for span in attachments(email))
    return Findings(tuple(sorted(claims, key=lambda claim: claim.start)), sense_report(email, context, facts))


def _claim(kind: str, email: str, span: Span) -> Claim:
    return Claim(kind, email[slice(*span)], *span, KINDS[kind])
