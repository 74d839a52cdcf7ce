"""Who has logged in with Hugging Face, where the owner of a Space has turned that on.

The login is gradio's: it keeps what the Hub says of a visitor, with a token of theirs, in a signed cookie of their
browser alone. Here it is read for as long as a request lasts, and kept nowhere.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIABLES = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
"""What a Space has in its environment where its README says ``hf_oauth: true``."""
PACKAGES = ("authlib", "itsdangerous")
"""What the login needs besides; on a Space they come along with gradio."""


@dataclass(frozen=True)
class Account:
    """Somebody on the Hub. ``number`` stays theirs whatever they call themselves; ``token`` is never shown."""

    number: str
    name: str
    token: str = field(repr=False)


def login_is_on(environment: Mapping[str, str] | None = None) -> bool:
    """Whether visitors can log in here: on a true Space alone, for elsewhere gradio would let everybody in as whoever
    started it.
    """
    environment = os.environ if environment is None else environment
    true_space = bool(environment.get("SPACE_ID")) and environment.get("SYSTEM") == "spaces"
    return true_space and all(map(environment.get, VARIABLES)) and not missing_packages()


def missing_packages() -> list[str]:
    """What would have to be installed for the login."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


def account_in(session: Any, now: float | None = None) -> Account | None:
    """Who a session says has logged in; None where nobody has, where it is over, or where it says something else."""
    told = session.get("oauth_info") if isinstance(session, Mapping) else None
    person = told.get("userinfo") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(person, Mapping):
        return None
    number, name, token = person.get("sub"), person.get("preferred_username"), told.get("access_token")
    ends = told.get("expires_at")
    if not (isinstance(number, str) and number and isinstance(token, str) and token):
        return None
    if not isinstance(ends, int | float) or ends < (time.time() if now is None else now):
        return None
    return Account(number, str(name or number), token)
