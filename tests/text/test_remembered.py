"""What was found in a text is found once; long texts are not kept."""

from outcome_rl.text.remembered import LONGEST, remembered


def test_the_same_texts_are_looked_at_once():
    looked = []

    @remembered(2)
    def both(one, other):
        looked.append(one)
        return f"{one}{other}"

    assert [both("a", "b"), both("a", "b"), both("a", None)] == ["ab", "ab", "aNone"]
    assert looked == ["a", "a"]
    both("c", "d")
    both("a", "b")  # the oldest, of which two are remembered
    assert looked == ["a", "a", "c", "a"]


def test_long_texts_are_looked_at_each_time():
    looked = []
    find = remembered(2)(lambda text: looked.append(text))
    for text in ("x" * LONGEST, "y" * (LONGEST + 1)):
        find(text)
        find(text)
    assert [text[0] for text in looked] == ["x", "y", "y"]
