"""Caps: what is asked for beyond them is refused with the cap's name and the way out."""

from __future__ import annotations

import gzip
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest

from outcome_rl.config import Columns, FinetuneConfig, RewardConfig, SamplingConfig
from outcome_rl.data import tables
from outcome_rl.data.column_mapping import outcome_words
from outcome_rl.data.dataset import iterate_pairs, read_emails
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.simple import guess
from outcome_rl.security.capped_settings import within_caps
from outcome_rl.security.caps import UNLIMITED, Caps, current_caps, variable
from outcome_rl.ui.common.config_inputs import create_inputs
from outcome_rl.ui.words.settings import TEACHING

SPACE = {"SPACE_ID": "somebody/outcome-rl"}


def test_a_space_is_stricter_than_ones_own_machine_in_everything():
    own, shared = current_caps({}), current_caps(SPACE)
    names = [spec.name for spec in fields(Caps) if spec.name not in ("visitors", "model")]
    assert [name for name in names if getattr(shared, name) >= getattr(own, name)] == []
    assert own.model == shared.model < UNLIMITED, "by the machine's memory"
    assert (own.rows, shared.rows, shared.minutes) == (1_000_000, 20_000, 30)


def test_every_cap_can_be_set():
    for spec in fields(Caps):
        assert getattr(current_caps({**SPACE, variable(spec.name): "7"}), spec.name) == 7
    caps = current_caps({"OUTCOME_RL_MAX_UPLOAD": "1.5 MB", "OUTCOME_RL_MAX_DISK": "2gb"})
    assert (caps.upload, caps.disk) == (1_500_000, 2_000_000_000)


@pytest.mark.parametrize(("name", "value"), [("ROWS", "many"), ("ROWS", "-1"), ("UPLOAD", "5 TB"), ("ROWS", "10MB")])
def test_a_cap_that_is_no_number_is_said(name, value):
    with pytest.raises(ConfigError, match=f"OUTCOME_RL_MAX_{name}: '{value}' is not a limit"):
        current_caps({f"OUTCOME_RL_MAX_{name}": value})


def test_what_is_unlimited_is_not_listed():
    listed = {name for _, _, name in current_caps({}).described()}
    assert "OUTCOME_RL_MAX_ROWS" in listed
    assert "OUTCOME_RL_MAX_DISK" not in listed and current_caps({}).disk == UNLIMITED


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (FinetuneConfig(minutes=100_000), "minutes"),
        (FinetuneConfig(epochs=200), "epochs"),
        (FinetuneConfig(warm_start_epochs=100), "warm_start_epochs"),
        (FinetuneConfig(steps=1_000_000), "steps"),
        (FinetuneConfig(contexts_per_step=1024, samples_per_context=256), "samples_per_context"),
        (FinetuneConfig(micro_batch_size=512), "micro_batch_size"),
        (FinetuneConfig(max_new_tokens=1024), "max_new_tokens"),
        (FinetuneConfig(held_out_contexts=1000), "held_out_contexts"),
        (RewardConfig(epochs=200), "epochs"),
        (RewardConfig(minutes=5000), "minutes"),
        (RewardConfig(batch_size=512), "batch_size"),
        (SamplingConfig(max_new_tokens=1024), "max_new_tokens"),
    ],
)
def test_settings_beyond_a_cap_are_refused_on_a_space_and_taken_at_home(config, named, monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    if named != "samples_per_context":
        assert within_caps(config) == config
    monkeypatch.setenv("SPACE_ID", SPACE["SPACE_ID"])
    with pytest.raises(ConfigError, match=rf"^{named}: .*at most .* here, not .*OUTCOME_RL_MAX_"):
        within_caps(config)


def test_262144_emails_a_step_are_too_many_for_any_machine(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    with pytest.raises(ConfigError, match="emails that an RL step writes: at most 8,192 here, not 262,144"):
        within_caps(FinetuneConfig(contexts_per_step=1024, samples_per_context=256))


def test_a_space_gives_every_training_an_end(on_a_space):
    assert within_caps(FinetuneConfig()).minutes == 30
    assert within_caps(RewardConfig()).minutes == 30
    on_a_space.delenv("SPACE_ID")
    assert within_caps(FinetuneConfig()).minutes is None


def test_the_page_reads_settings_within_the_caps_and_shows_them(on_a_space):
    import gradio as gr

    with gr.Blocks():
        inputs = create_inputs(FinetuneConfig, "rl", TEACHING)
    values = [None] * len(inputs.names)
    values[inputs.names.index("minutes")] = "100000"
    with pytest.raises(ConfigError, match=r"^minutes: "):
        inputs.read(values)
    assert "At most 30 here." in inputs.components[inputs.names.index("minutes")].info


# --- files ------------------------------------------------------------------------------------------------------------


def csv_of(folder: Path, rows: int) -> Path:
    path = folder / "emails.csv"
    path.write_text("context,email_text,outcome\n" + "a buyer,hello,1\n" * rows)
    return path


def test_rows_and_columns_beyond_the_caps_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "3")
    assert len(read_emails(csv_of(tmp_path, 3))) == 3
    with pytest.raises(DataError, match=r"emails.csv: rows of a file: at most 3 here; .*OUTCOME_RL_MAX_ROWS"):
        read_emails(csv_of(tmp_path, 4))
    monkeypatch.setenv("OUTCOME_RL_MAX_COLUMNS", "2")
    with pytest.raises(DataError, match=r"emails.csv: columns of a file: at most 2 here, not 3"):
        guess(csv_of(tmp_path, 1))


def test_rows_that_cannot_be_used_count_too_and_take_no_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "3")
    path = tmp_path / "emails.csv"
    path.write_text("context,email_text,outcome\n" + ",,9\n" * 4)
    with pytest.raises(DataError, match="rows of a file"):
        read_emails(path)
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "100")
    path.write_text("context,email_text,outcome\n" + ",,9\n" * 40)
    with pytest.raises(DataError, match="and 35 more rows like these"):
        read_emails(path)


def test_rows_are_counted_by_whoever_reads_them_first(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "3")
    skipped = Columns(outcomes="1=skip")
    for read in (read_emails, outcome_words):
        with pytest.raises(DataError, match="rows of a file: at most 3 here"):
            read(csv_of(tmp_path, 4), skipped)
    assert len(list(iterate_pairs(csv_of(tmp_path, 4)))) == 4, "one after the other, they take no room"


def test_blank_rows_come_to_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_BLANK", 5)
    path = tmp_path / "emails.csv"
    path.write_text("context,email_text,outcome\na buyer,hello,1\n" + ",,\n" * 5)
    assert len(read_emails(path)) == 1
    path.write_text("context,email_text,outcome\na buyer,hello,1\n" + "\n" * 6)
    with pytest.raises(DataError, match=r"emails.csv: has more than 5 blank rows; delete them"):
        read_emails(path)


def test_the_guess_at_columns_takes_time_in_proportion_to_their_number(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_COLUMNS", "100000")

    def seconds(columns: int) -> float:
        path = tmp_path / f"{columns}.csv"
        header = ",".join(f"column{place}" for place in range(columns))
        path.write_text(header + "\n" + ",".join(["three little words"] * columns) + "\n" + ",1" * (columns - 1) + "\n")
        best = float("inf")
        for _ in range(2):
            began = time.process_time()
            with suppress(DataError):
                guess(path)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(8000) < 10 * seconds(2000), "four times as many; quadratic would be sixteen times"


def test_exports_are_bounded_as_plain_tables_are(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "3")
    with pytest.raises(DataError, match=r"rows of a file: at most 3 here"):
        preview_import([csv_of(tmp_path, 4)])
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "100000000")
    monkeypatch.setenv("OUTCOME_RL_MAX_UNPACKED", "1MB")
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(csv_of(tmp_path, 200_000).read_bytes()))
    assert bomb.stat().st_size < 20_000
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        preview_import([bomb])
