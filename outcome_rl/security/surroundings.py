"""Where the program runs, and what of its surroundings a job gets to see."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_SECRET = re.compile(r"TOKEN(?!IZERS)|SECRET|PASSWORD|PASSWD|CREDENTIAL|_KEY$|^OUTCOME_RL_AUTH$", re.IGNORECASE)


def on_space(environment: Mapping[str, str] | None = None) -> bool:
    """Whether this is a Hugging Face Space, which strangers use together."""
    return bool((os.environ if environment is None else environment).get("SPACE_ID"))


def job_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a job starts with: on a Space none that names a secret, for it works on a stranger's data.

    Locally everything: there the token is the user's own, and fetches models that only they may have.
    """
    if not on_space(environment):
        return dict(environment)
    kept = {name: value for name, value in environment.items() if not _SECRET.search(name)}
    return kept | {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
