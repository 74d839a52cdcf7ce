"""Models on a Space: what it offers and nothing else, with nobody's token, and no word on what lies where."""

from __future__ import annotations

import huggingface_hub
import pytest

from outcome_rl.config import FinetuneConfig, RewardConfig
from outcome_rl.errors import ConfigError, ModelError
from outcome_rl.models import hub
from outcome_rl.models.availability import NOT_OFFERED, AvailabilityCache, find_availability
from outcome_rl.models.hub import find_model
from outcome_rl.security.allowed_models import offered_models
from outcome_rl.security.capped_settings import within_caps
from outcome_rl.security.caps import CapError
from outcome_rl.security.surroundings import job_environment

NOT_THEIRS = ["somebody/private-model", "/etc", "/no/such/folder", "../../data", "~", ".", "gpt2/../../x"]


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, object]]:
    """What the Hub is asked, and with which token; it is there and gives nothing."""
    seen: list[tuple[str, object]] = []

    class Api:
        def model_info(self, name, token=None, **options):
            seen.append((name, token))
            raise ConnectionError

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    return seen


@pytest.mark.parametrize("name", NOT_THEIRS)
def test_no_other_model_is_looked_up(name, on_a_space, asked):
    with pytest.raises(ModelError):
        find_model(name)
    assert find_availability(name).where == NOT_OFFERED
    assert AvailabilityCache().get(name).where == NOT_OFFERED
    for config in (FinetuneConfig(model=name), RewardConfig(model=name)):
        with pytest.raises(ConfigError):
            within_caps(config)
    assert asked == []


def test_the_answer_is_the_same_whether_a_path_exists_or_not(on_a_space, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    there, nowhere = str(tmp_path), str(tmp_path / "nowhere")
    assert find_availability(there).in_words() == find_availability(nowhere).in_words()
    told = []
    for name in (there, nowhere):
        with pytest.raises(ModelError) as error:
            find_model(name)
        told.append(str(error.value))
    assert told[0] == told[1]
    assert str(tmp_path) not in told[0]


def test_models_that_visitors_made_are_found(on_a_space, tmp_path):
    own = tmp_path / "visitors" / "somebody"
    own.mkdir(parents=True)
    on_a_space.setenv("OUTCOME_RL_VISITORS", str(tmp_path / "visitors"))
    with pytest.raises(ModelError, match=r"has no config\.json"):
        find_model(str(own))
    on_a_space.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"has no config\.json"):
        find_model("visitors/somebody")
    (tmp_path / "visitors" / "link").symlink_to(tmp_path)
    for outside in (tmp_path, tmp_path / "visitors" / ".." / "x", tmp_path / "visitors" / "link"):
        with pytest.raises(ModelError, match="this Space offers"):
            find_model(str(outside))


def test_the_owner_can_offer_more(on_a_space, asked):
    on_a_space.setenv("OUTCOME_RL_MODELS", "owner/fine-model, ,gpt2")
    assert offered_models().count("gpt2") == 1
    assert find_availability("owner/fine-model").where != NOT_OFFERED
    assert asked == [("owner/fine-model", False)], "asked for, with nobody's token"


def test_at_home_the_users_own_token_is_used_and_every_name_may_be_had(monkeypatch, asked, tmp_path):
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    find_availability("somebody/private-model")
    assert asked == [("somebody/private-model", None)]


def test_downloads_are_nobodys(on_a_space, monkeypatch):
    seen = []
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, **options: seen.append(options["token"]))
    with pytest.raises((ModelError, TypeError)):
        hub._download("gpt2")
    assert seen == [False]


def test_a_model_too_large_for_the_machine_is_not_fetched(monkeypatch):
    class Weights:
        rfilename, size = "model.safetensors", 5_000_000_000

    class Info:
        siblings = (Weights,)

    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setenv("OUTCOME_RL_MAX_MODEL", "1GB")
    monkeypatch.setattr(hub, "hub_refusal", lambda name, told, **asked: told(Info))
    monkeypatch.setattr(hub, "_download", lambda name: pytest.fail("it is fetched"))
    with pytest.raises(CapError, match=r"model 'large/one': .*at most 1.0 GB here, not 5.0 GB; .*OUTCOME_RL_MAX_MODEL"):
        find_model("large/one")


def test_a_job_on_a_space_sees_no_secret():
    own = {"PATH": "/bin", "TOKENIZERS_PARALLELISM": "x"}
    own |= {"HF_TOKEN": "hf_x", "HUGGING_FACE_HUB_TOKEN": "hf_x", "OUTCOME_RL_SECRET": "s"}
    own |= {"OUTCOME_RL_AUTH": "a:b", "AWS_SECRET_ACCESS_KEY": "k", "OPENAI_API_KEY": "k"}
    assert job_environment(own) == own
    shared = job_environment({**own, "SPACE_ID": "a/b"})
    assert not {"hf_x", "s", "a:b", "k"} & set(shared.values())
    assert shared["TOKENIZERS_PARALLELISM"] == "x"
    assert shared["PATH"] == "/bin" and shared["HF_HUB_DISABLE_IMPLICIT_TOKEN"] == "1"
