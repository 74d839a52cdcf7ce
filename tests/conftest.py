"""Tiny random models of each family, made once, small data, the page in a browser; nothing here needs a network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# before anything imports a library that reads them
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("ACCELERATE_USE_CPU", "true")  # an accelerator rounds otherwise, and many figures are exact

import torch

torch.set_num_threads(1)  # models this small are slower on two

from outcome_rl.data.dataset import EmailData, read_emails, sample_file

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds that the browser's tests wait for what a page should show: its parts are drawn one after the other."""
INITIAL_SPREAD = 0.2
"""Ten times the usual: with so few dimensions, smaller embeddings could not tell tokens apart."""


@pytest.fixture(scope="session")
def sample() -> EmailData:
    return read_emails(sample_file("emails.csv"))


@pytest.fixture(scope="session")
def few(sample: EmailData) -> EmailData:
    """60 rows with all three outcomes."""
    return sample.take(range(60))


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory, sample: EmailData) -> Path:
    root = tmp_path_factory.mktemp("models")
    texts = [*sample.emails[:120], *sample.contexts[:120]]
    _tiny_llama(root / "llama", texts)
    _tiny_gpt2(root / "gpt2", texts)
    _tiny_encoders(root, texts)
    return root


@pytest.fixture(params=["llama", "gpt2"])
def causal_folder(request: pytest.FixtureRequest, models_folder: Path) -> Path:
    """Both families: rotary positions with a chat template, absolute positions with a plain prompt."""
    return models_folder / request.param


@pytest.fixture(params=["distilbert", "bert"])
def encoder_folder(request: pytest.FixtureRequest, models_folder: Path) -> Path:
    return models_folder / request.param


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser; tests that need it are marked so, and skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("OUTCOME_RL_REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and OUTCOME_RL_REQUIRE_BROWSER asks for it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page, served for a fresh workspace by the command that a person would type."""
    with served(tmp_path) as url:
        yield url


@contextmanager
def served(workspace: Path, *options: str) -> Iterator[str]:
    """The page in a process of its own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), "--workspace", str(workspace), *options]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with open(workspace / "app.log", "wb") as log:
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_up(app, f"http://127.0.0.1:{port}", workspace / "app.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(timeout=30)


def _wait_until_up(app: subprocess.Popen, url: str, log: Path) -> None:
    for _ in range(240):
        assert app.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            try:
                app.wait(timeout=0.25)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail(f"the page did not come up: {log.read_text()}")


def _byte_pairs(texts: list[str], special: list[str]):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=special[0], extra_special_tokens=special[1:])


def _tiny_llama(folder: Path, texts: list[str]) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _byte_pairs(texts, ["<|im_end|>", "<|im_start|>"])
    tokenizer.chat_template = CHAT_TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=INITIAL_SPREAD,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tiny_gpt2(folder: Path, texts: list[str]) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = _byte_pairs(texts, ["<|endoftext|>"])
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=512,
        initializer_range=INITIAL_SPREAD,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.eos_token_id,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tiny_encoders(root: Path, texts: list[str]) -> None:
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast, DistilBertConfig, DistilBertModel

    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=800, show_progress=False)
    torch.manual_seed(2)
    distilbert = DistilBertConfig(
        vocab_size=800,
        dim=32,
        hidden_dim=64,
        n_layers=2,
        n_heads=4,
        max_position_embeddings=256,
        initializer_range=INITIAL_SPREAD,
    )
    bert = BertConfig(
        vocab_size=800,
        initializer_range=INITIAL_SPREAD,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
    )
    for name, model in (("distilbert", DistilBertModel(distilbert)), ("bert", BertModel(bert))):
        model.save_pretrained(root / name)
        BertTokenizerFast(tokenizer_object=pieces._tokenizer, model_max_length=256).save_pretrained(root / name)
