"""The register of questions: whatever becomes of one, it ends."""

import pytest

from classroom.engine import requests
from classroom.engine.questions import MOST_TRIES, PendingQuestion, Questions, Urgency

PEN, PICTURE, SAMPLES = Urgency


def ask(questions: Questions, number: int, urgency: Urgency) -> None:
    def request() -> requests.Question:
        raise AssertionError("nobody sends it here")

    questions.ask(PendingQuestion(number, urgency, request))


def sent(questions: Questions) -> int | None:
    question = questions.next(0.0)
    return question.number if question else None


def test_the_pen_comes_first_and_one_question_at_a_time_is_asked() -> None:
    questions = Questions()
    for number, urgency in enumerate((SAMPLES, PICTURE, PICTURE, PEN)):
        ask(questions, number, urgency)
    order = []
    while (number := sent(questions)) is not None:
        assert sent(questions) is None
        order.append(number)
        questions.ended(number)
    assert order == [3, 1, 2, 0]
    assert not questions.pending(*Urgency)


def test_a_newer_question_of_the_pen_replaces_the_one_that_waits() -> None:
    questions = Questions()
    for number in range(4):
        ask(questions, number, PEN)
        if number == 0:
            assert sent(questions) == 0
    questions.ended(0)
    assert sent(questions) == 3


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("is_sent", [False, True])
def test_what_is_forgotten_is_not_asked_and_its_answer_not_wanted(
    urgency: Urgency, is_sent: bool
) -> None:
    questions = Questions()
    ask(questions, 1, urgency)
    if is_sent:
        assert sent(questions) == 1
        assert questions.is_wanted(1)
    questions.forget(1)
    assert not questions.is_wanted(1)
    questions.ended(1)
    assert sent(questions) is None
    assert not questions.pending(urgency)
    assert questions.give_up() == []


@pytest.mark.parametrize("urgency", Urgency)
def test_the_next_engine_is_asked_again_but_not_for_ever(urgency: Urgency) -> None:
    questions = Questions()
    ask(questions, 1, urgency)
    for _engine in range(MOST_TRIES - 1):
        assert sent(questions) == 1
        assert questions.engine_lost() == []
        assert questions.pending(urgency)
    assert sent(questions) == 1
    assert questions.engine_lost() == [1]
    assert not questions.pending(urgency)


def test_an_engine_that_is_lost_takes_what_was_forgotten_or_replaced_with_it() -> None:
    questions = Questions()
    ask(questions, 1, PEN)
    assert sent(questions) == 1
    ask(questions, 2, PEN)
    assert questions.engine_lost() == []
    assert sent(questions) == 2
    questions.forget_pen()
    assert questions.engine_lost() == []
    assert not questions.pending(*Urgency)


def test_where_no_engine_comes_any_more_all_end() -> None:
    questions = Questions()
    for number, urgency in enumerate(Urgency):
        ask(questions, number, urgency)
    assert sent(questions) == 0
    assert sorted(questions.give_up()) == [0, 1, 2]
    assert not questions.pending(*Urgency)
