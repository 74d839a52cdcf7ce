"""Arguments of another type than an endpoint's description names: told in a sentence, before anything is done."""

from __future__ import annotations

import gradio as gr
import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.ui.common import config_inputs, endpoints


@pytest.fixture
def checked(monkeypatch):
    """What gradio would call."""

    def rename(run: str, changes: list[dict], count: int = 1, data: dict | None = None) -> str:
        return f"{run} {len(changes)} {count}"

    added = []
    monkeypatch.setattr(endpoints.gr, "api", lambda action, **options: added.append((action, options)))
    endpoints.add_endpoint(rename, api_name="rename")
    ((action, options),) = added
    assert (action.__name__, options) == ("rename", {"api_name": "rename"})
    return action


def test_what_the_description_names_goes_through(checked):
    assert checked("a", [{"line": 2}], 3) == "a 1 3"
    assert checked("a", []) == "a 0 1"
    assert checked("a", [], 2.0) == "a 0 2"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((-1, []), "run: '-1' is not a text"),
        ((None, []), "run: 'None' is not a text"),
        (("a", None), "changes: 'None' is not a list"),
        (("a", [3]), r"changes: '\[3\]' is not a list, each of it an object"),
        (("a", [], "x"), "count: 'x' is not a whole number"),
        (("a", [], float("inf")), "count: 'inf' is not a whole number"),
    ],
)
def test_anything_else_is_told(checked, given, told):
    with pytest.raises(gr.Error, match=told):
        checked(*given)


@pytest.mark.parametrize("typed", ["x", {}, [1], "inf", "1e999"])
def test_what_is_no_number_is_told_by_its_setting(typed):
    with pytest.raises(ConfigError, match=r"minutes: '.*' is not a number"):
        config_inputs._parse_number("minutes", typed)
