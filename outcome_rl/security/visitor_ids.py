"""Who is who on a page that strangers use together: an unguessable id for each, in a token that only we can sign."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

COOKIE = "outcome_rl_visitor"
HEADER = "x-outcome-rl-visitor"
"""Where a script, which keeps no cookies, says the same."""
VISITOR = re.compile(r"[0-9a-f]{32}")
"""An id: 128 random bits, and a name that leaves no folder."""
SECRET_FILE = ".visitors.secret"


@dataclass(frozen=True)
class VisitorIds:
    """Makes and checks tokens; ``secret`` is the key of their signatures."""

    secret: bytes

    def new(self) -> str:
        """An id that nobody has."""
        return secrets.token_hex(16)

    def of_account(self, number: str) -> str:
        """The id of whoever has this number on the Hub: always the same, and told by nobody who knows the number."""
        return self._signature(f"account on the Hub: {number}")[:32]

    def token(self, visitor: str) -> str:
        """The id with its signature: ``id.signature``."""
        return f"{visitor}.{self._signature(visitor)}"

    def visitor(self, token: str) -> str | None:
        """The id in a token that we have signed; None for any other text."""
        visitor, _, signature = token.partition(".")
        if not VISITOR.fullmatch(visitor) or not signature.isascii():
            return None
        return visitor if hmac.compare_digest(signature, self._signature(visitor)) else None

    def _signature(self, visitor: str) -> str:
        return hmac.new(self.secret, visitor.encode(), hashlib.sha256).hexdigest()


def load_ids(folder: Path) -> VisitorIds:
    """With the secret in ``OUTCOME_RL_SECRET``, else with one kept in ``folder``, so that a restart forgets nobody."""
    given = os.environ.get("OUTCOME_RL_SECRET", "")
    if given:
        return VisitorIds(hashlib.sha256(given.encode()).digest())
    file = folder / SECRET_FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = file.read_bytes()
        if len(kept) >= 32:
            return VisitorIds(kept)
        file.unlink()  # a start that was cut short
        return load_ids(folder)
    with os.fdopen(handle, "wb") as stream:
        made = secrets.token_bytes(32)
        stream.write(made)
        stream.flush()
        os.fsync(stream.fileno())
    return VisitorIds(made)
