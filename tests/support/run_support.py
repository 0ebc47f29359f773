"""Results of a comparison, made up."""

import numpy as np

from classroom.evaluation.results import Epoch, Evaluation, Result
from classroom.evaluation.runs import Data

DATA = Data(1000, 2, "f1", "m1", practice=2, exam=4, writers=2, labels=(6, *[0] * 9))


def some_results() -> tuple[Result, ...]:
    random = np.random.default_rng(7)

    def answers(count: int) -> np.ndarray:
        rows = random.random((count, 10), np.float32)
        return rows / rows.sum(axis=1, keepdims=True)

    mnist = np.arange(20, dtype=np.uint8) % 10
    exam = np.array([1, 7, 0, 7], np.uint8)
    ids, writers = np.array([3, 4, 8, 9]), ("Ånn", "Bob", "Ånn", "Bob")

    def own() -> Evaluation:
        return Evaluation(exam, answers(4), ids, writers)

    history = (Epoch(1, 2, 0.5, 0.8), Epoch(2, 2, 0.25, 0.9, 0.3, 0.85))
    test = Evaluation(mnist, answers(20))
    return (
        Result("cnn", 1.5, 0.25, test, own(), "", history, own()),
        Result("svm", 2.5, 0.5, Evaluation(mnist, answers(20)), own()),
        Result("knn", 0.0, 0.0, None, None, "The memory is full."),
    )
