"""A graphics card that is lent for moments: writing goes through it, all else and what it refuses to the processor."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import gradio as gr
import pytest
import torch

from outcome_rl.config import SamplingConfig
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.surroundings import job_environment
from outcome_rl.ui.common import loaded_models, zero_gpu
from outcome_rl.ui.common.page_context import ModelCache
from outcome_rl.ui.page import create_page
from outcome_rl.ui.words.teach import WITHOUT_CARD
from outcome_rl.ui.words.write import CARD_NOT_HAD, CARD_USED_UP

SHORT = SamplingConfig(max_new_tokens=12)
LENDER = Path(__file__).parents[1] / "helpers" / "stand_ins"
QUOTA = "You have exceeded your free ZeroGPU quota (60s requested vs. 0s left). Try again in 3:12:05. "


@pytest.fixture
def lender(monkeypatch) -> ModuleType:
    """The package ``spaces``, fresh; it says that there is a card."""
    monkeypatch.syspath_prepend(str(LENDER))
    monkeypatch.setattr(torch.cuda, "is_available", torch.cuda.is_available)  # put back after the test
    monkeypatch.delitem(sys.modules, "spaces", raising=False)
    package = importlib.import_module("spaces")
    yield package
    sys.modules.pop("spaces", None)


@pytest.fixture
def page(tmp_path, monkeypatch, made_models):
    """Two models to write with, one of them an adapter, and no reward model."""
    policy = Workspace(made_models).policy
    sources = {"base": policy / "warm_start", "tuned": policy}
    monkeypatch.setattr(loaded_models, "model_sources", lambda page: sources)
    return SimpleNamespace(workspace=Workspace(tmp_path), models=ModelCache(), card=None)


def written(page) -> dict[str, loaded_models.WritingProgress]:
    """The last of each role."""
    found = list(loaded_models.stream_writing(page, "Customer: A.", SHORT, 2))
    return {each.role: each for each in found if each.emails}


def texts(found: dict[str, loaded_models.WritingProgress]) -> list[list[str]]:
    return [[email.email_text for email in each.emails] for each in found.values()]


def test_writing_goes_through_the_card_and_the_models_are_loaded_there(page, lender):
    on_processor = texts(written(page))
    page.card = zero_gpu.find_card()
    found = written(page)
    assert texts(found) == on_processor
    assert [each.slow for each in found.values()] == ["", ""]
    assert [each["duration"] for each in lender.asked] == [60, 60], "bounded"
    assert [each["given"][0] for each in lender.asked] == ["base", "tuned"]
    for each in lender.asked:
        assert each["process"] != os.getpid() and each["moved"] == ["cuda"], "loaded there, by the borrower"
        assert each["ended"].exitcode == 0
    for _, model in page.models._loaded.values():
        assert model.model.device.type == "cpu", "the page has none of it"


def test_the_email_grows_while_the_card_writes(page, lender, monkeypatch):
    monkeypatch.setattr(zero_gpu, "SHOWN_EVERY", 0.0)
    page.card = zero_gpu.find_card()
    found = list(loaded_models.stream_writing(page, "Customer: A.", SHORT, 1, ["tuned"]))
    assert any(each.texts for each in found) and found[-1].emails


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (gr.Error(QUOTA, title="ZeroGPU quota exceeded"), CARD_USED_UP),
        (gr.Error("Space app has reached its GPU limit. ", title="ZeroGPU quota exceeded"), CARD_USED_UP),
        (gr.Error("You have too many ZeroGPU credits allocated", title="ZeroGPU pending"), CARD_USED_UP),
        (gr.Error("No GPU was available", title="ZeroGPU client error"), CARD_NOT_HAD),
        (RuntimeError("ZeroGPU API /schedule error: 500"), CARD_NOT_HAD),
    ],
)
def test_what_the_lender_refuses_the_processor_writes_and_that_is_said(page, lender, error, said):
    on_processor = texts(written(page))
    page.card = zero_gpu.find_card()
    lender.refusals.append(error)
    found = written(page)
    assert texts(found) == on_processor
    assert {each.slow for each in found.values()} == {said}
    assert len(lender.asked) == 1, "not asked again for the next model"
    assert said.count(".") == 1 and ("come back later" in said or "try again" in said)


def test_a_card_that_is_taken_away_is_made_up_for(page, lender, monkeypatch):
    monkeypatch.setattr(zero_gpu, "SHOWN_EVERY", 0.0)
    on_processor = texts(written(page))
    page.card = zero_gpu.find_card()
    lender.aborts_after.append(1)
    found = written(page)
    assert texts(found) == on_processor
    assert {each.slow for each in found.values()} == {CARD_NOT_HAD}


def test_what_the_borrower_cannot_read_the_page_tells_in_its_own_words(page, lender, tmp_path, monkeypatch):
    monkeypatch.setattr(zero_gpu, "load_there", lambda source: 1 / 0)
    page.card = zero_gpu.find_card()
    assert {each.slow for each in written(page).values()} == {CARD_NOT_HAD}


def test_giving_up_gives_the_card_back(page, lender, monkeypatch):
    monkeypatch.setattr(zero_gpu, "SHOWN_EVERY", 0.0)
    page.card = zero_gpu.find_card()
    found = loaded_models.stream_writing(page, "Customer: A.", SamplingConfig(max_new_tokens=400), 1)
    next(writing for writing in found if writing.texts)
    found.close()
    assert lender.asked[0]["ended"].exitcode == 0


def test_the_page_and_its_jobs_stay_on_the_processor(lender, monkeypatch):
    monkeypatch.setenv("ACCELERATE_USE_CPU", "false")
    assert zero_gpu.find_card() is not None
    assert os.environ["ACCELERATE_USE_CPU"] == "true"
    assert job_environment({**os.environ, "SPACE_ID": "a/b"})["ACCELERATE_USE_CPU"] == "true"


def test_a_package_that_lends_nothing_changes_nothing(lender, monkeypatch):
    monkeypatch.setenv("ACCELERATE_USE_CPU", "false")
    monkeypatch.setattr(lender, "GPU", lambda duration: lambda task: task)
    assert zero_gpu.find_card() is None
    assert os.environ["ACCELERATE_USE_CPU"] == "false"


def test_a_package_that_cannot_be_used_is_no_reason_to_stay_down(lender, monkeypatch):
    def broken(**asked: object) -> None:
        raise AssertionError("SPACES_ZERO_DEVICE_API_URL env must be set")

    monkeypatch.setattr(lender, "GPU", broken)
    assert zero_gpu.find_card() is None


def test_without_the_package_there_is_no_card(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert zero_gpu.find_card() is None


def test_the_page_says_what_is_done_without_the_card(tmp_path, lender):
    def says(page: gr.Blocks) -> bool:
        shown = [str(part["props"].get("value")) for part in page.config["components"]]
        return any("teaching and “Compare many” do without it" in each for each in shown)

    assert "teaching and “Compare many” do without it" in WITHOUT_CARD
    assert says(create_page(Workspace(tmp_path), card=zero_gpu.find_card()))
    assert not says(create_page(Workspace(tmp_path)))
