"""Stand-ins for a reader: what they measure, and how far they go with made answers."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.reading.__main__ import main
from benchmarks.reading.answers import read_answers
from benchmarks.reading.forms import write_key
from benchmarks.reading.perplexity import MAX_TOKENS, mean_losses
from benchmarks.reading.stand_ins import Hits, compare, in_markdown, measure, spearman
from tests.reading.made_forms import answer_row, made_key, made_reader, write_answers

CONTEXT = "Customer: CTO at a Healthcare firm asked about pricing for a telehealth app."
WHOLE = (
    "Hello {{first_name}},\n\nyou asked what the telehealth app costs. Shall I send the price list?\n\n"
    "Best,\n{{sender_name}}"
)
BROKEN = "Hello [First Name], our scheduling tool cut no-shows by 41 % at Mercy Hospital and we would"


def test_what_is_measured():
    found = measure(made_key(["bt"], [CONTEXT], [WHOLE, BROKEN]))
    values = {name: table[0].tolist() for name, table in found.items()}
    assert values["cut off"] == [0, 1]
    assert values["placeholders"] == [0, 1]
    assert values["product missing"] == [0, 1]
    assert values["words"] == [17, 17]
    assert values["claims"][0] == 0 and values["claims"][1] >= 1
    assert values["sense problems"] == [0, 3]
    unnamed = measure(made_key(["bt"], ["context"], [WHOLE, BROKEN]))["product missing"]
    assert np.isnan(unnamed).all()


def test_spearman_by_hand():
    assert spearman(np.array([1, 2, 3, 4]), np.array([9, 7, 5, 1])) == pytest.approx(-1.0)
    # ranks 1.5, 1.5, 3 against 3, 2, 1: -1.5 / sqrt(1.5 * 2)
    assert spearman(np.array([1, 1, 2]), np.array([3, 2, 1])) == pytest.approx(-1.5 / math.sqrt(3))
    assert spearman(np.array([1, 1]), np.array([1, 2])) is None


def judged(tmp_path, usabilities):
    """A form of as many items as there are pairs (base, tuned) of usabilities, and one reader who gave them."""
    key = made_key(["bt"] * len(usabilities))
    return key, [made_reader(tmp_path / "ann.csv", key, [("neither", pair) for pair in usabilities])]


def test_verdicts(tmp_path):
    usability = np.array([[1, 4], [2, 5], [3, 4], [2, 3], [1, 5], [3, 3], [2, 4], [1, 3]])
    key, readers = judged(tmp_path, usability.tolist())
    values = {
        "mirror": 5.0 - usability,
        "who": np.tile([1.0, 0.0], (8, 1)),
        "words": 1.0 * usability,
        "wrong way": 1.0 * usability,
        "silent": np.zeros((8, 2)),
    }
    found = {each.name: each for each in compare(key, readers, values)}
    assert found["mirror"].correlation == pytest.approx(-1.0) and found["mirror"].within == pytest.approx(-1.0)
    assert found["mirror"].verdict == "worth using"
    assert found["who"].correlation < -0.5 and found["who"].within is None
    assert found["who"].verdict == "tells the writers apart, not one writer's emails"
    assert found["words"].verdict == "worth using"  # nothing is expected of the number of words
    assert found["wrong way"].verdict == "not shown to be of use"
    assert found["silent"].verdict == "never varies here" and found["silent"].correlation is None
    assert "| mirror | -1.00 (-1.00 to -1.00) | -1.00 (-1.00 to -1.00) |" in in_markdown(list(found.values()))


def test_hits_against_the_readers_own_flag(tmp_path):
    key = made_key(["bt", "bt"])
    rows = [
        answer_row("TTT-01", "A", "A", 2, {"cut_off": "yes"}),
        answer_row("TTT-01", "B", "A", 1, {"cut_off": "yes"}),
        answer_row("TTT-02", "A", "A", 5),
        answer_row("TTT-02", "B", "A", 4),
    ]
    readers = [read_answers(write_answers(tmp_path / "ann.csv", key, rows), key)]
    found = compare(key, readers, {"cut off": np.array([[1.0, 0.0], [1.0, 0.0]])})
    assert found[0].hits == Hits(both=1, missed=1, false_alarms=1)
    unknown = compare(key, readers, {"cut off": np.array([[1.0, np.nan], [0.0, np.nan]])})
    assert unknown[0].hits == Hits(both=1, missed=0, false_alarms=0)


def test_items_that_nobody_read_do_not_count(tmp_path):
    key = made_key(["bt"] * 3)
    said = [("neither", [1, 2]), ("neither", [3, 4])]
    readers = [made_reader(tmp_path / "ann.csv", key, said, partial=True)]
    found = compare(key, readers, {"mirror": np.array([[4.0, 3.0], [2.0, 1.0], [99.0, -99.0]])})
    assert found[0].correlation == pytest.approx(-1.0)


class Sure:
    """A language model that gives the token after ``i``, ``i + 1``, three times the odds of any other of five."""

    def __init__(self):
        self.seen = []

    def __call__(self, ids):
        import torch

        self.seen.append(ids[0].tolist())
        return SimpleNamespace(logits=torch.nn.functional.one_hot((ids + 1) % 5, 5) * math.log(3))


class Digits:
    """Each letter of a text is a token; 0 begins."""

    bos_token_id, eos_token_id = 0, None

    def __call__(self, text, add_special_tokens):
        assert not add_special_tokens
        return SimpleNamespace(input_ids=[int(letter) for letter in text])


def test_mean_losses_by_hand():
    model = Sure()
    found = mean_losses(model, Digits(), ["12", "14", "", "1" * 600])
    # the expected token has 3 of 7 parts, any other 1 of 7
    likely, other = math.log(7 / 3), math.log(7)
    assert found[0] == pytest.approx(likely) and found[1] == pytest.approx((likely + other) / 2)
    assert np.isnan(found[2])
    assert model.seen[0] == [0, 1, 2] and len(model.seen[2]) == MAX_TOKENS + 1


def test_the_command(tmp_path, capsys, models_folder):
    key = made_key(["bt", "tb", "bt"], [CONTEXT] * 3, [WHOLE, BROKEN])
    write_key(tmp_path / "key.json", key)
    said = [("A", [5, 1]), ("A", [4, 2]), ("A", [5, 2])]
    made_reader(tmp_path / "ann.csv", key, said)
    given = ["stand-ins", "--key", str(tmp_path / "key.json"), str(tmp_path / "ann.csv")]
    assert main(given) == 0
    out = capsys.readouterr().out
    assert "| assistant talk | – | – |  | never varies here |" in out and "perplexity" not in out
    assert main([*given, "--json", "--perplexity", str(models_folder / "gpt2")]) == 0
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    # ranks 2, 2, 2, 5, 5, 5 against 5.5, 4, 5.5, 1, 2.5, 2.5: -13.5 / sqrt(13.5 * 16.5)
    assert found["cut off"]["correlation"] == pytest.approx(-math.sqrt(13.5 / 16.5))
    assert found["cut off"]["hits"] == {"both": 0, "missed": 0, "false_alarms": 3}
    assert found["perplexity"]["varies"]
