"""Blind votes between base and tuned model: what people prefer who do not know which email is whose."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from ..metrics import share_interval

BASE, TUNED, NEITHER = "base", "tuned", "neither"
FIRST, SECOND = "a", "b"
"""What the two emails are called while nobody may know whose they are."""
CHOICES = (FIRST, SECOND, NEITHER)
MOST_PENDING = 500
"""Pairs that wait for a vote; older ones are forgotten."""


@dataclass(frozen=True)
class BlindPair:
    """Two emails for one context; ``order``: whose the first and the second are."""

    context: str
    emails: dict[str, Any]
    order: tuple[str, str]
    model: str

    def email(self, choice: str) -> Any:
        """The email that is called ``a`` or ``b``."""
        return self.emails[self.order[CHOICES.index(choice)]]


@dataclass(frozen=True)
class Vote:
    """One choice. ``model`` tells tuned models apart; ``preferred``: base, tuned or neither."""

    model: str
    context: str
    base_email: str
    tuned_email: str
    preferred: str
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


@dataclass(frozen=True)
class Tally:
    """How often each was preferred."""

    tuned: int = 0
    base: int = 0
    neither: int = 0

    @property
    def decided(self) -> int:
        """Votes with a preference."""
        return self.tuned + self.base

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share of decided votes that went to the tuned model."""
        return share_interval(self.tuned, self.decided)

    def in_words(self) -> str:
        """``Tuned preferred in 7 of 9 (45 % to 94 %)``, and what that shows."""
        undecided = f" {self.neither} without a preference." if self.neither else ""
        if not self.decided:
            return f"No votes yet.{undecided}"
        low, high = self.interval
        shown = "people prefer the tuned model" if low > 0.5 else "people prefer the base" if high < 0.5 else ""
        verdict = f"So {shown}." if shown else "Too few to tell which is preferred."
        share = f"Tuned preferred in {self.tuned} of {self.decided} ({100 * low:.0f} % to {100 * high:.0f} %)."
        return f"{share} {verdict}{undecided}"


class PendingPairs:
    """Pairs that somebody is looking at, each for one vote."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[str, BlindPair] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, pair: BlindPair) -> str:
        """Keep a pair; the token by which it is taken, which tells nothing about it."""
        token = secrets.token_hex(8)
        with self._lock:
            self._pairs[token] = pair
            while len(self._pairs) > MOST_PENDING:
                self._pairs.popitem(last=False)
        return token

    def take(self, token: str, choice: str) -> BlindPair:
        """The pair, once, for a vote. Raises ConfigError where the token or the choice is none."""
        if choice not in CHOICES:
            raise ConfigError(f"choice '{choice}' is not one of {', '.join(CHOICES)}")
        with self._lock:
            pair = self._pairs.pop(str(token), None)
        if pair is None:
            raise ConfigError(
                "There is no such pair to vote on; it has its vote already, or is too old. Write another."
            )
        return pair


def random_order() -> tuple[str, str]:
    """Whose email comes first."""
    return (BASE, TUNED) if secrets.randbelow(2) else (TUNED, BASE)


def make_vote(pair: BlindPair, choice: str) -> Vote:
    """The vote of somebody who chose a, b or neither."""
    preferred = NEITHER if choice == NEITHER else pair.order[CHOICES.index(choice)]
    texts = {name: email.email_text for name, email in pair.emails.items()}
    return Vote(pair.model, pair.context, texts[BASE], texts[TUNED], preferred)


def add_vote(path: Path, vote: Vote) -> None:
    """Append a vote to a file of JSON lines; behind half a line, which a crash can leave, it begins a new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(vote), ensure_ascii=False) + "\n"
    with open(path, "ab+") as stream:
        if stream.tell():
            stream.seek(-1, 2)
            line = line if stream.read(1) == b"\n" else f"\n{line}"
        stream.write(line.encode())


def read_votes(path: Path) -> list[Vote]:
    """All votes of a file; lines that are none are passed over."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return []
    return [vote for vote in map(_parse_vote, lines) if vote is not None]


def _parse_vote(line: bytes) -> Vote | None:
    try:
        found = json.loads(line)
        vote = Vote(**{spec.name: str(found[spec.name]) for spec in fields(Vote)})
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return vote if vote.preferred in (BASE, TUNED, NEITHER) else None


def count_votes(votes: Iterable[Vote], model: str) -> Tally:
    """The votes on this tuned model."""
    counts = Counter(vote.preferred for vote in votes if vote.model == model)
    return Tally(counts[TUNED], counts[BASE], counts[NEITHER])
