"""Drawing a form: what readers see, what they must not see, and the key."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from benchmarks.reading.__main__ import main
from benchmarks.reading.answers import read_answers
from benchmarks.reading.forms import Item, Key, draw_form, read_key, read_writer, write_key
from benchmarks.reading.sheet import answer_columns, fenced, render
from outcome_rl.errors import ConfigError, DataError
from tests.reading.made_forms import made_key

CONTEXTS = [f"Customer {i} asked about pricing for a phone system." for i in range(9)]


def emails_of(name, contexts=CONTEXTS, each=1):
    return {context: [f"{name}, {context}, {turn}" for turn in range(each)] for context in contexts}


def write_csv(path, rows, header=("context", "email_text")):
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def test_emails_belong_to_their_context_and_writer():
    key = draw_form({"left": emails_of("left"), "right": emails_of("right")}, 9, 0)
    assert len(key.items) == 9 and {item.context for item in key.items} == set(CONTEXTS)
    for item in key.items:
        assert item.emails == tuple(f"{writer}, {item.context}, 0" for writer in item.writers)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_every_writer_stands_as_often_in_each_place(k):
    names = ["w", "x", "y", "z"][:k]
    contexts = [str(i) for i in range(12)]
    key = draw_form({name: emails_of(name, contexts) for name in names}, 12, 1)
    for place in range(k):
        assert Counter(item.writers[place] for item in key.items) == dict.fromkeys(names, 12 // k)


def test_the_order_is_drawn_and_not_the_same_throughout():
    orders = {
        tuple(item.writers for item in draw_form({"a": emails_of("a"), "b": emails_of("b")}, 9, seed).items)
        for seed in range(4)
    }
    assert len(orders) == 4
    assert all(len(set(order)) == 2 for order in orders)


def test_same_seed_same_form():
    writers = {"a": emails_of("a", each=3), "b": emails_of("b", each=3)}
    assert draw_form(writers, 5, 7) == draw_form(writers, 5, 7) != draw_form(writers, 5, 8)


def test_every_context_comes_once_before_any_comes_twice():
    key = draw_form({"a": emails_of("a", each=2), "b": emails_of("b", each=3)}, 14, 0)
    assert {item.context for item in key.items[:9]} == set(CONTEXTS)
    assert len({item.context for item in key.items[9:]}) == 5
    shown = [email for item in key.items for email in item.emails]
    assert len(set(shown)) == len(shown) == 28


def test_fewer_emails_than_asked_for_are_all_used():
    assert len(draw_form({"a": emails_of("a", each=2), "b": emails_of("b")}, 30, 0).items) == 9


def test_too_few_or_strange_writers_are_refused():
    with pytest.raises(DataError, match="have no context in common"):
        draw_form({"a": emails_of("a"), "b": emails_of("b", ["another"])}, 3, 0)
    with pytest.raises(ConfigError, match="2 to 8"):
        draw_form({"a": emails_of("a")}, 3, 0)
    with pytest.raises(ConfigError, match="--n is 0"):
        draw_form({"a": emails_of("a"), "b": emails_of("b")}, 0, 0)


def test_contexts_match_whatever_their_white_space_and_emails_end_alike(tmp_path):
    _, left = read_writer(str(write_csv(tmp_path / "l.csv", [["one  two ", "Hi,\r\n\r\nthere. \r\n"]])))
    _, right = read_writer(str(write_csv(tmp_path / "r.csv", [["one two", "\nHi,\n\nthere."]])))
    assert left == right == {"one two": ["Hi,\n\nthere."]}


def test_one_file_may_hold_both_models(tmp_path):
    rows = [["c", "from base", "base"], ["c", "from tuned", "tuned"]]
    path = write_csv(tmp_path / "emails.csv", rows, ("context", "email_text", "model"))
    assert read_writer(f"{path}::tuned") == ("tuned", {"c": ["from tuned"]})
    with pytest.raises(DataError, match=r"several models \(base, tuned\); name one: .*emails.csv::base"):
        read_writer(str(path))
    with pytest.raises(DataError, match="no emails of model 'best'; its models are base, tuned"):
        read_writer(f"{path}::best")
    plain = write_csv(tmp_path / "plain.csv", [["c", "text"]])
    assert read_writer(str(plain)) == ("plain", {"c": ["text"]})
    with pytest.raises(DataError, match="has no column 'model'"):
        read_writer(f"{plain}::base")
    with pytest.raises(DataError, match="no rows"):
        read_writer(str(write_csv(tmp_path / "none.csv", [])))


def run_pairs(tmp_path, *more):
    zebra = write_csv(tmp_path / "zebra.csv", [[context, f"one {context}"] for context in CONTEXTS])
    rows = [[context, f"two {context}", "quagga"] for context in CONTEXTS]
    quagga = write_csv(tmp_path / "okapi.csv", rows, ("context", "email_text", "model"))
    given = ["--left", str(zebra), "--right", str(quagga), "--out", str(tmp_path / "reading.md")]
    return main(["pairs", *given, "--key", str(tmp_path / "key.json"), *more])


def test_the_form_says_nothing_of_the_writers(tmp_path, capsys):
    assert run_pairs(tmp_path, "--n", "4", "--seed", "3") == 0
    form, key = (tmp_path / "reading.md").read_text(), read_key(tmp_path / "key.json")
    assert not [word for word in ("zebra", "quagga", "okapi", str(tmp_path), ".csv::") if word in form.lower()]
    assert key.writers == ("zebra", "quagga") and len(key.items) == 4
    for item in key.items:
        part = form.split(f"### {item.code}\n")[1]
        assert part.index(item.context) < part.index(item.emails[0]) < part.index(item.emails[1])
    assert "4 items" in capsys.readouterr().out


def test_the_command_tells_what_it_could_not_do(tmp_path, capsys):
    assert run_pairs(tmp_path, "--n", "50") == 0
    assert "50 items were asked for; there are no more" in capsys.readouterr().out
    assert run_pairs(tmp_path, "--names", "same", "same") == 2
    assert "two writers are called 'same'" in capsys.readouterr().err
    assert run_pairs(tmp_path, "--names", "one") == 2
    assert "gives 1 names for 2 writers" in capsys.readouterr().err
    assert run_pairs(tmp_path, "--key", str(tmp_path / "reading.md")) == 2
    assert "readers must not see the key" in capsys.readouterr().err
    assert run_pairs(tmp_path, "--facts", str(tmp_path / "none.txt")) == 2
    assert "none.txt: cannot be read" in capsys.readouterr().err


def test_more_writers_are_ranked(tmp_path):
    third = write_csv(tmp_path / "third.csv", [[context, f"three {context}"] for context in CONTEXTS])
    assert run_pairs(tmp_path, "--more", str(third)) == 0
    form, key = (tmp_path / "reading.md").read_text(), read_key(tmp_path / "key.json")
    assert "item,email,rank,usability" in form and "preference," not in form
    assert "Email C:" in form and all(len(item.emails) == 3 for item in key.items)
    assert f"{key.items[0].code},C,," in form


def test_facts_stand_above_the_situations(tmp_path):
    (tmp_path / "facts.txt").write_text("Stock statement: We answer within a day.\n", encoding="utf-8")
    assert run_pairs(tmp_path, "--facts", str(tmp_path / "facts.txt")) == 0
    form = (tmp_path / "reading.md").read_text()
    assert form.index("We answer within a day.") < form.index("## The situations")
    assert read_key(tmp_path / "key.json").facts == "Stock statement: We answer within a day."
    assert run_pairs(tmp_path) == 0
    assert "Nothing is known of the seller" in (tmp_path / "reading.md").read_text()


def test_emails_show_letter_by_letter():
    assert fenced("a\n```\nb") == "````text\na\n```\nb\n````"
    assert "(an empty email)" in render(made_key(["bt"], emails=["", "# no heading"]))


def test_no_placeholder_of_the_instructions_is_left():
    for orders in (["bt"], ["bto"]):
        form = render(made_key(orders))
        assert "$" not in form and "EX-01,B," in form


@pytest.mark.parametrize("orders", [["bt"], ["bto"]])
def test_the_worked_example_is_a_valid_answer(tmp_path, orders):
    header = ",".join(answer_columns("rank" if len(orders[0]) == 3 else "preference"))
    form = render(made_key(orders))
    lines = [line.strip() for line in form.splitlines() if line.strip().startswith("EX-01,")]
    if len(orders[0]) == 3:
        lines.append(lines[1].replace("EX-01,B", "EX-01,C"))
    (tmp_path / "answers.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    names = ("base", "tuned", "other")[: len(orders[0])]
    key = Key("EX", 0, names, "", (Item("EX-01", "context", names, names),))
    answers = read_answers(tmp_path / "answers.csv", key).answers
    assert [(answer.rank, answer.usability) for answer in answers.values()][:2] == [(1, 5), (2, 2)]
    assert answers["EX-01", "B"].flags["cut_off"] and not answers["EX-01", "A"].flags["cut_off"]


def test_the_key_survives_its_file(tmp_path):
    key = draw_form({"a": emails_of("a"), "b": emails_of("b")}, 3, 0, "facts – with a dash")
    write_key(tmp_path / "key.json", key)
    assert read_key(tmp_path / "key.json") == key
    with pytest.raises(DataError, match="cannot be read"):
        read_key(tmp_path / "none.json")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="is not the key of a reading form"):
        read_key(tmp_path / "other.json")
