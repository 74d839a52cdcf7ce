"""Equal texts get one number, in the order in which they come."""

from outcome_rl.text.equal_texts import number_equals


def test_equal_texts_share_a_number():
    which, firsts = number_equals(["b", "a", "b", "", "a", b"b", "\ud800", ""])
    assert which.tolist() == [0, 1, 0, 2, 1, 0, 3, 2]
    assert firsts.tolist() == [0, 1, 3, 6]


def test_of_no_texts_there_are_none():
    which, firsts = number_equals([])
    assert len(which) == len(firsts) == 0
