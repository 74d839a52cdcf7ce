"""The bundled example: it is there, of this version, small, invented and said so, and its models load."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
from dataclasses import replace

import pytest

from outcome_rl.errors import ModelError
from outcome_rl.reward import serialization
from outcome_rl.reward.metadata import is_trusted
from outcome_rl.runs import event_log
from outcome_rl.ui import serve
from outcome_rl.ui.common.page_context import ModelCache
from outcome_rl.ui.example import bundle, render
from outcome_rl.ui.example.make import EVERY, keep_reward_model
from outcome_rl.ui.example.tab import draft_recipient, warm_up
from outcome_rl.ui.words import example as words
from outcome_rl.ui.words.verdicts import LONGEST, TAUGHT_BETTER
from outcome_rl.utils.checksums import damaged_file, write_checksums


@pytest.fixture(scope="module")
def example():
    return bundle.load_example()


def test_it_is_whole_and_a_few_megabytes(example):
    assert len(example.contexts) >= 5
    assert set(example.predicted) >= {"base", "tuned"}
    assert is_trusted(example.figures)
    files = [file for file in bundle.example_folder().rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 8_000_000
    assert not any(file.suffix in (".bin", ".pt", ".pkl") for file in files), "nothing that could run code"


def test_it_names_no_folder_of_the_machine_that_made_it():
    for file in bundle.example_folder().rglob("*.json*"):
        told = file.read_text(encoding="utf-8")
        assert re.findall(r'"(?:/|[A-Z]:\\)\w[^"]*"|(?<!\w)/(?:tmp|home|root|Users)/', told) == [], file.name


def test_its_record_can_be_replayed(example):
    events, _ = event_log.read(bundle.example_folder() / bundle.EVENTS_FILE, 0)
    assert events[-1].result["evaluation"]["gain"] == example.result["evaluation"]["gain"]


def test_it_says_that_it_is_invented_and_shows_all_emails(example):
    assert words.TAG in render.about(example)
    assert "made up" in render.about(example)
    for place, shown in enumerate(example.contexts):
        before, middle, after = render.emails(example, place)
        assert shown.base.text.split()[0] in before
        assert shown.warm_start.text.split()[0] in middle
        assert shown.tuned.text.split()[0] in after
    assert "48 (44 to 52)" in render.figures(example)


def test_the_verdict_says_what_own_sentences_did_and_that_practice_added_nothing_sure(example):
    """The table's 44, 60 and 61 of 100; the interval of what practice added, -0.04 to +0.08, holds 0."""
    low, high = example.result["evaluation"]["gain_ci95_over_warm_start"]
    assert low < 0 < high
    said = render.verdict(example)
    assert "thanks to the seller&#x27;s own sentences" in said
    assert "They should bring 60 answers per 100; those of the plain writer, only 44." in said
    assert "After teaching the figure is 61: no clear gain." in said
    heading = len(words.VERDICT_OF.split())
    assert len(re.sub("<[^>]+>", " ", said).split()) <= LONGEST + heading + len(["Next:"])
    practised = {**example.result["evaluation"], "improved": True, "better_than_base": False}
    better = replace(example, result={**example.result, "evaluation": practised})
    assert TAUGHT_BETTER.answer in render.verdict(better)


def test_what_a_reader_sees_at_once_stands_beside_the_figures(example):
    place = next(i for i, each in enumerate(example.contexts) if each.base.text.startswith("Bristlow"))
    before = render.emails(example, place)[0]
    assert "breaks off in mid-sentence and gets a name wrong. It would not be answered as often" in before
    assert "It writes “Bristlow” for “Brindlow”." in before.split("Check before sending")[1]
    assert re.search(r"expects \d+ to be answered", before), "no figure is hidden"
    assert "orl-doubt" not in render.emails(example, place)[2]


def test_it_says_how_recipients_were_picked_and_that_a_predictor_reads_no_sense(example):
    said = render.about_recipients(example)
    assert f"emails to {len(example.contexts)} of the {len(example.predicted['tuned'])} recipients; all" in said
    assert "does not read for sense" in said
    assert EVERY == 4
    assert {" | " in name for name, _ in render.recipients(example)} == {False}


def test_it_opens_on_the_first_whose_email_practice_has_changed(example):
    first, second = example.contexts[:2]
    assert render.opening(example) == 1, "the first one's differ in the greeting alone"
    assert render.opening(replace(example, contexts=(second, first))) == 0
    same = tuple(replace(each, warm_start=each.tuned) for each in example.contexts)
    assert render.opening(replace(example, contexts=same)) == 0


def test_a_draft_is_for_whom_is_chosen_above_unless_somebody_has_typed(example):
    first, second = (each.context for each in example.contexts[:2])
    assert draft_recipient(example, 1, first) == second
    assert draft_recipient(example, 1, " ") == second
    assert draft_recipient(example, 1, f"{first}!") is None


def test_what_is_left_out_of_a_reward_model_is_no_damage(tmp_path):
    saved = tmp_path / "saved"
    saved.mkdir()
    for name in ("members.safetensors", "judge.safetensors"):
        (saved / name).write_bytes(name.encode())
    write_checksums(saved)
    keep_reward_model(saved, tmp_path / "kept")
    assert not (tmp_path / "kept" / "judge.safetensors").exists()
    assert damaged_file(tmp_path / "kept") is None
    (tmp_path / "kept" / "members.safetensors").write_bytes(b"other")
    assert damaged_file(tmp_path / "kept") == "members.safetensors"


def test_another_version_is_told_and_how_to_make_it_anew(tmp_path):
    folder = tmp_path / "example"
    shutil.copytree(bundle.example_folder(), folder)
    kept = json.loads((folder / bundle.SHOWN_FILE).read_text())
    (folder / bundle.SHOWN_FILE).write_text(json.dumps(kept | {"format": 0}))
    with pytest.raises(ModelError, match="make demo"):
        bundle.load_example(folder)
    with pytest.raises(ModelError, match="make demo"):
        bundle.load_example(tmp_path)


@pytest.mark.browser
def test_on_a_phone_the_first_email_begins_within_a_screen_and_a_half(chromium, address):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.locator("#example-before figure").wait_for(timeout=60_000)
    places = {part: page.locator(f"#example-{part}").bounding_box()["y"] for part in ("verdict", "before", "figures")}
    assert places["verdict"] < places["before"] < 1.5 * 844 < places["figures"]
    page.set_viewport_size({"width": 1280, "height": 900})
    boxes = [page.locator(f"#example-{part}").bounding_box() for part in ("before", "middle", "after")]
    assert len({box["y"] for box in boxes}) == 1, "side by side"
    assert boxes[0]["x"] < boxes[1]["x"] < boxes[2]["x"]
    assert page.locator("#example-figures").bounding_box()["y"] < boxes[0]["y"]
    page.close()


@pytest.mark.slow
def test_its_models_load_and_say_what_is_shown(example):
    """The engine's formats may change: then `make demo` makes the example anew."""
    from outcome_rl.policy.model import load_writing_model
    from outcome_rl.reward.serialization import load_reward_model

    model = load_reward_model(bundle.reward_model_folder())
    for shown in example.contexts[:2]:
        probs = model.score([shown.context], [shown.tuned.text]).probs[0]
        assert probs[1:] == pytest.approx([shown.tuned.p_reply, shown.tuned.p_conversion], abs=0.02)
    assert load_writing_model(bundle.writer_folder()).writing.name == "own-words"


def test_warming_up_loads_its_reward_model_once_for_all(monkeypatch):
    models = ModelCache()
    warm_up(models)
    monkeypatch.setattr(serialization, "load_reward_model", lambda _: pytest.fail("it was loaded again"))
    assert models.reward_models.get(bundle.reward_model_folder()) is not None


def test_without_the_example_there_is_nothing_to_warm_up(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "example_folder", lambda: tmp_path)
    warm_up(ModelCache())


@pytest.mark.parametrize("on_space", [True, False])
def test_a_space_warms_up_when_it_starts(tmp_path, monkeypatch, on_space):
    """The port is taken, so that the page is not served; by then warming up has begun."""
    warmed = threading.Event()
    monkeypatch.setattr(serve, "warm_up", lambda _: warmed.set())
    monkeypatch.setattr(serve, "on_space", lambda: on_space)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = ["--host", "127.0.0.1", "--port", str(taken.getsockname()[1]), "--workspace", str(tmp_path)]
        assert serve.main(where) == 2
    assert warmed.wait(10 if on_space else 0) is on_space
