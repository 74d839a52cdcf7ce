"""Makes the example anew: ``make demo``, or ``python -m outcome_rl.ui.example.make --help``.

A run on the invented emails of ``data/one_seller.csv`` learns and teaches; then its small parts are kept, and the
models of before, between and after write for a few recipients that were picked by a rule, not for how well they came
out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...config import SamplingConfig
from ...data.csv_io import read_columns
from ...data.dataset import read_contexts, sample_file
from ...events import Finished
from ...policy.metadata import ADAPTER, BASE_FILE, FACTS_FILE, ORIGIN_FILE, read_origin, tuned_models
from ...reward.metadata import read_figures
from ...runs.run import Run, last_event
from ...runs.workspace import Workspace
from ...sentence_bank.storage import BANK_FILE
from ...utils.checksums import CHECKSUMS_FILE, write_checksums
from ...utils.files import atomic_folder, write_json
from .bundle import (
    EVENTS_FILE,
    LEFT_OUT,
    REWARD_MODEL,
    ROLES,
    WRITER,
    Example,
    ExampleContext,
    ExampleEmail,
    example_folder,
    reward_model_folder,
    save_shown,
    writer_folder,
)

if TYPE_CHECKING:  # it brings torch along
    from ...reward.ensemble import RewardEnsemble

DATA, CONTEXTS, FACTS = "one_seller.csv", "one_seller_contexts.csv", "one_seller_facts.txt"
RUN = "example"
ENCODER, MODEL = "all-minilm-l6-v2", "smollm2-135m-instruct"
"""Both come with the program, so that the example needs no network."""
EVERY = 4
"""Of the recipients the first and each fourth after it are shown."""


def make(steps: int, finished: Path | None, run_name: str, out: Path) -> None:
    """Train unless a ``finished`` workspace is given, and keep what the example needs in ``out``."""
    with TemporaryDirectory() as folder:
        space = Workspace(finished or Path(folder))
        if finished is None:
            train(space, steps)
        run = space.run(run_name)
        with atomic_folder(out) as whole:
            _keep_models(space, whole)
            _keep_events(space, run, whole)
            save_shown(_written(space, run, whole), whole)


def train(space: Workspace, steps: int) -> None:
    """The run, as a person would type it, with what the invented seller may say."""
    told = ["--encoder", ENCODER, "--model", MODEL, "--steps", str(steps), "--facts", str(sample_file(FACTS))]
    told += ["--run-name", RUN, "--workspace", str(space.root)]
    subprocess.run([sys.executable, "-m", "outcome_rl", "run", str(sample_file(DATA)), *told], check=True)


def _keep_models(space: Workspace, out: Path) -> None:
    keep_reward_model(space.reward_model, out / REWARD_MODEL)
    shutil.copytree(space.policy / ADAPTER, out / WRITER, ignore=shutil.ignore_patterns("README.md"))
    _halve(out / WRITER / "adapter_model.safetensors")
    for name in (BANK_FILE, FACTS_FILE):
        shutil.copyfile(space.policy / name, out / WRITER / name)
    if (space.policy / BASE_FILE).is_file():
        shutil.copyfile(space.policy / BASE_FILE, out / WRITER / BASE_FILE)
    write_json(out / WRITER / ORIGIN_FILE, read_origin(space.policy) | {"reward_model": REWARD_MODEL})


def keep_reward_model(folder: Path, out: Path) -> None:
    """Copy a reward model's folder without what comes with the program, and list anew what it holds."""
    shutil.copytree(folder, out, ignore=shutil.ignore_patterns(*LEFT_OUT, CHECKSUMS_FILE))
    write_checksums(out)


def _halve(file: Path) -> None:
    """Keep an adapter in 16 bits: half the size."""
    import torch
    from safetensors.torch import load_file, save_file

    save_file({name: tensor.to(torch.bfloat16) for name, tensor in load_file(file).items()}, file)


def _keep_events(space: Workspace, run: Run, out: Path) -> None:
    """What the run reported, without the folders of the machine that it ran on."""
    told = run.events_file.read_text(encoding="utf-8")
    for root in {str(space.root.resolve()), str(space.root), str(sample_file(DATA).parent)}:
        told = told.replace(f"{root}/", "").replace(root, ".")
    (out / EVENTS_FILE).write_text(told, encoding="utf-8")


def _written(space: Workspace, run: Run, folder: Path) -> Example:
    """What the page shows, made with the models as they are bundled, which shows that they work; the one between, which
    is not bundled, as the run left it.
    """
    from ...reward.serialization import load_reward_model

    scorer = load_reward_model(reward_model_folder(folder))
    contexts = read_contexts(sample_file(CONTEXTS))[::EVERY]
    models = tuned_models(space.policy) | {"tuned": str(writer_folder(folder))}
    facts = (writer_folder(folder) / FACTS_FILE).read_text(encoding="utf-8")
    emails = [_emails(models[role], facts, contexts, scorer) for role in ROLES]
    last = last_event(run)
    assert isinstance(last, Finished), "a finished run"
    result = last.result.get("finetune") or last.result
    return Example(
        file=DATA,
        emails=int(read_figures(folder / REWARD_MODEL)["rows_total"]),
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        contexts=[ExampleContext(*row) for row in zip(contexts, *emails, strict=True)],
        predicted=_predicted(run),
        result={**result, "model_dir": WRITER},
    )


def _emails(model: str, facts: str, contexts: list[str], scorer: RewardEnsemble) -> list[ExampleEmail]:
    from ...generation.emails import write_emails
    from ...policy.model import load_writing_model

    writer = load_writing_model(model)
    writer.facts = facts
    return [_email(each, scorer) for each in write_emails(writer, contexts, SamplingConfig(), scorer)]


def _email(found: Any, scorer: RewardEnsemble) -> ExampleEmail:
    from ...reward.explain import explain

    effects = [(each.sentence, round(each.effect, 4)) for each in explain(scorer, found.context, found.email_text)]
    return ExampleEmail(found.email_text, round(found.p_reply, 4), round(found.p_conversion, 4), effects)


def _predicted(run: Run) -> dict[str, list[tuple[float, float]]]:
    """What was expected of each email of the comparison, by model."""
    found: dict[str, list[tuple[float, float]]] = {}
    for _, model, reply, conversion in read_columns(
        run.folder / "comparison.csv", ("model", "p_reply", "p_conversion")
    ):
        found.setdefault(str(model), []).append((round(float(reply), 4), round(float(conversion), 4)))
    return found


def main(
    steps: Annotated[int, typer.Option(help="rounds of teaching")] = 16,
    finished: Annotated[
        Path | None, typer.Option("--from", help="a workspace whose run is finished, in place of training")
    ] = None,
    run_name: Annotated[str, typer.Option("--run", help="its run")] = RUN,
    out: Annotated[Path | None, typer.Option(help="folder to make (default: data/example)", show_default=False)] = None,
) -> None:
    """Make the example that the page opens on; training takes a quarter of an hour."""
    make(steps, finished, run_name, out or example_folder())
    print(f"The example is in {out or example_folder()}")


if __name__ == "__main__":
    typer.run(main)
