"""What is asked once a page."""

from __future__ import annotations

from tongban.base import memo


def test_a_question_is_asked_once_in_a_scope_for_each_of_its_arguments():
    asked = []

    @memo.once
    def ask(what: str, *, how: str = "") -> str:
        asked.append((what, how))
        return what + how

    with memo.scope():
        assert [ask("a"), ask("a"), ask("a", how="b"), ask("c"), ask("c")] == ["a", "a", "ab", "c", "c"]
    assert asked == [("a", ""), ("a", "b"), ("c", "")]


def test_nothing_is_kept_outside_of_a_scope_nor_from_one_to_the_next():
    count = iter(range(9))
    ask = memo.once(lambda: next(count))
    assert (ask(), ask()) == (0, 1)
    with memo.scope():
        assert (ask(), ask()) == (2, 2)
        with memo.scope():
            assert ask() == 3
        assert ask() == 2
    with memo.scope():
        assert ask() == 4


def test_what_changes_on_the_way_is_asked_again():
    count = iter(range(9))
    ask = memo.once(lambda: next(count))
    memo.forget()
    with memo.scope():
        assert (ask(), ask()) == (0, 0)
        memo.forget()
        assert (ask(), ask()) == (1, 1)


def test_what_goes_wrong_is_asked_again():
    tries = []

    @memo.once
    def ask() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError
        return 5

    with memo.scope():
        try:
            ask()
        except ValueError:
            assert ask() == 5
