"""Tiny random models of each family, made once, and small data; nothing here needs a network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# before anything imports a library that reads them
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("ACCELERATE_USE_CPU", "true")  # an accelerator rounds otherwise, and many figures are exact

import hypothesis
import torch

# the same examples every time, and no clock that a busy machine would fail
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")
torch.set_num_threads(1)  # models this small are slower on two

from outcome_rl.data.dataset import EmailData, read_emails, sample_file
from outcome_rl.models import device, speed
from outcome_rl.runs import jobs
from outcome_rl.utils import probe
from tests.helpers.made_once import made_once


@pytest.fixture(scope="session")
def sample() -> EmailData:
    return read_emails(sample_file("emails.csv"))


@pytest.fixture(scope="session")
def few(sample: EmailData) -> EmailData:
    """60 rows with all three outcomes."""
    return sample.take(range(60))


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory, sample: EmailData) -> Path:
    """Folders ``llama``, ``gpt2``, ``distilbert`` and ``bert``."""
    from tests.helpers.tiny_models import save_tiny_models

    texts = [*sample.emails[:120], *sample.contexts[:120]]
    return made_once(tmp_path_factory, "models", lambda folder: save_tiny_models(folder, texts))


@pytest.fixture(scope="session")
def made_models(tmp_path_factory: pytest.TempPathFactory, few: EmailData, models_folder: Path) -> Path:
    """A workspace's root with a reward model and a tuned model, both tiny; not to be written to."""
    from outcome_rl.runs.workspace import Workspace
    from tests.helpers.made_models import make_models

    return made_once(tmp_path_factory, "workspace", lambda root: make_models(Workspace(root), few, models_folder))


@pytest.fixture(scope="session", autouse=True)
def jobs_do_not_yield() -> Iterator[None]:
    """Jobs that the page starts have the priority of the tests that wait for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "NICENESS", 0)
        yield


@pytest.fixture(scope="session", autouse=True)
def probes_are_short() -> Iterator[None]:
    """How fast the machine is matters to no test; what is made of it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "PROBED", 0.01)
        patch.setattr(probe, "PROBED", 0.01)
        yield


@pytest.fixture(scope="session", autouse=True)
def single_precision() -> Iterator[None]:
    """Models compute in float32, also where bfloat16 would be quicker.

    In bfloat16, the rounding of batches of different shapes differs so much that now and then another token is drawn.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device, "matmul_seconds", lambda dtypes, *layer: dict.fromkeys(dtypes, 1.0))
        yield


@pytest.fixture
def two_threads() -> Iterator[None]:
    """torch's threads are two, as on a machine of two cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(params=["llama", "gpt2"])
def causal_folder(request: pytest.FixtureRequest, models_folder: Path) -> Path:
    """Both families: rotary positions with a chat template, absolute positions with a plain prompt."""
    return models_folder / request.param


@pytest.fixture(params=["distilbert", pytest.param("bert", marks=pytest.mark.slow)])
def encoder_folder(request: pytest.FixtureRequest, models_folder: Path) -> Path:
    return models_folder / request.param


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser, one for all tests of a process, as playwright wants it.

    Tests that need it are marked so, and skipped where there is none.
    """
    from tests.helpers.pages import CHROMIUM_FLAGS, PATIENCE, chromium_path, patient

    found = chromium_path()
    if found is None:
        if os.environ.get("OUTCOME_RL_REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and OUTCOME_RL_REQUIRE_BROWSER asks for it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield patient(browser)
        browser.close()
