"""What a lesson found, made up, and a reader of the pages that are made of it."""

from html.parser import HTMLParser

import numpy as np
from PIL import Image

from classroom.evaluation.results import Evaluation, LedgerLine, Result, Score
from classroom.reports.lesson_findings import Findings, ShownDigit

NASTY = '<script>alert("x")</script> & "Bobby"'


class Reader(HTMLParser):
    """Collects the elements of a page and the text in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "img", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def sure(digit: int) -> np.ndarray:
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[digit] = 0.82
    return probabilities


def findings() -> Findings:
    labels = np.arange(10, dtype=np.uint8).repeat(5)
    wrong = labels.copy()
    wrong[0] = 6
    one_hot = np.eye(10, dtype=np.float32)
    test, exam = Evaluation(labels, one_hot[wrong]), Evaluation(labels[:8], one_hot[labels[:8]])
    strokes = [[(100.0, 100.0), (300.0, 100.0), (150.0, 350.0)]]
    return Findings(
        pictures={"draw": Image.new("RGB", (40, 30), "#123456")},
        practice=12,
        exam=6,
        added=18,
        shown=[ShownDigit(7, NASTY, strokes, {"cnn": sure(1)}, {"cnn": sure(7)})],
        version=3,
        ledger=(LedgerLine("cnn", Score(3, 6), Score(6, 6), Score(495, 500), Score(494, 500)),),
        results=(
            Result("svm", 1.25, 0.5, test, exam),
            Result("knn", 0.0, 0.0, None, None, f"Out of memory {NASTY}."),
        ),
        trained_on={"mnist": 1000, "own": 12},
    )
