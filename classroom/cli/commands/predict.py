"""The command ``predict``: recognise every digit in images, photos and strokes files."""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from classroom import catalogue
from classroom.cli.arguments import add_start, count, list_of
from classroom.cli.base import Answer, Command, NothingDone
from classroom.cli.stopping import StopSentence
from classroom.cli.terminal import tell
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.starts import Start

if TYPE_CHECKING:
    from classroom.datasets.prediction_input import DigitPage
    from classroom.engine.classifier_service import ClassifierService
    from classroom.engine.versions import Fallback
    from classroom.preprocessing.page import FoundDigit
    from classroom.preprocessing.strokes import Rejected


@dataclass(frozen=True)
class Prediction:
    """What one classifier says of a digit: the likeliest one, and all ten probabilities."""

    digit: int
    probabilities: list[float]


@dataclass(frozen=True)
class RecognisedDigit:
    """One digit of a file.

    Attributes
    ----------
    file : str
    page : int
        From 1.
    box : list of int or None
        Its bounding box in pixels: left, top, right, bottom; None where the file has none.
    predictions : dict of Prediction
        By the name of the classifier.
    """

    file: str
    page: int
    box: list[int] | None
    predictions: dict[str, Prediction]


@dataclass(frozen=True)
class Recognised(Answer):
    """The digits in reading order.

    Attributes
    ----------
    version : int
        The version that answered.
    start : Start
        The line of this version.
    fallback : Fallback or None
        Why that is not the version that was chosen.
    digits : list of RecognisedDigit
    rejected : list of Rejected
        What could not be read.
    """

    version: int
    start: Start
    fallback: "Fallback | None"
    digits: list[RecognisedDigit]
    rejected: "list[Rejected]"

    def as_json(self) -> dict[str, Any]:
        """Return the fields, with the names of the starts."""
        fields = asdict(self) | {"start": self.start.value}
        if self.fallback is not None:
            fields["fallback"]["start"] = self.fallback.start.value
        return fields

    def as_text(self) -> list[str]:
        """Return a line for each digit; page and digit are numbered where there are several."""
        pages = {(digit.file, digit.page) for digit in self.digits}
        pages_in_file = Counter(file for file, _page in pages)
        digits_on_page = Counter((digit.file, digit.page) for digit in self.digits)
        numbers: Counter[tuple[str, int]] = Counter()
        lines = []
        for digit in self.digits:
            where, page = digit.file, (digit.file, digit.page)
            numbers[page] += 1
            if pages_in_file[digit.file] > 1:
                where = _("{file}, page {number}").format(file=where, number=digit.page)
            if digits_on_page[page] > 1:
                where = _("{file}, digit {number}").format(file=where, number=numbers[page])
            said = [
                _("{classifier}: {digit} ({percent:.1%})").format(
                    classifier=catalogue.TITLES[name],
                    digit=prediction.digit,
                    percent=prediction.probabilities[prediction.digit],
                )
                for name, prediction in digit.predictions.items()
            ]
            lines.append(f"{where}  " + "  ".join(said))
        return lines

    def warnings(self) -> list[str]:
        """Return why something was not read, a line for each."""
        return [_refusal(one) for one in self.rejected]


def _refusal(rejected: "Rejected") -> str:
    """Return why a file was not read, with its name where the reason does not hold that."""
    named = PurePath(rejected.item).name in rejected.why
    return rejected.why if named else f"{rejected.item}: {rejected.why}"


class Predict(Command):
    """Recognises the digits in files."""

    name = "predict"
    help = _("recognise images, photos or strokes files")
    rank = 20

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the files, ``--classifier``, ``--start`` and ``--version``."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--classifier",
            type=list_of(*catalogue.TITLES),
            default=("cnn",),
            metavar=",".join(catalogue.NAMES),
            help=_(
                "one or more, separated by commas (default: cnn); those that a comparison "
                "has trained, too: {others}"
            ).format(others=", ".join(catalogue.OTHERS)),
        )
        add_start(parser)
        parser.add_argument(
            "--version",
            type=count(0),
            metavar="N",
            help=_("the number of the version, 0 as shipped (default: the one in use)"),
        )

    def run(self, options: argparse.Namespace, home: Path) -> Recognised:
        """Recognise every digit in every file; a file that cannot be read is left out.

        Raises
        ------
        ClassroomError
            There is no digit in any file, or a classifier cannot answer.
        """
        # All files are read before a network is loaded: a wrong name is reported at once.
        pages, rejected = _read(options.files)
        if not any(page.found for page in pages):
            reasons = [_refusal(one) for one in rejected]
            if len(reasons) == 1:
                raise ClassroomError(reasons[0])
            raise NothingDone(_("No digit was recognised."), reasons)
        import numpy as np

        service = _service(options, home)
        found = _touching_digits_cut(pages, service)
        images = np.stack([digit.image for _page, digit in found])
        answers = {
            name: service.classifier(name).predict_proba(images) for name in options.classifier
        }
        digits = [
            RecognisedDigit(
                page.file,
                page.number,
                list(digit.box) if digit.box else None,
                {
                    name: Prediction(int(rows[row].argmax()), [float(value) for value in rows[row]])
                    for name, rows in answers.items()
                },
            )
            for row, (page, digit) in enumerate(found)
        ]
        version = service.version
        return Recognised(version.number, version.start, service.fallback, digits, rejected)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says that nothing was changed."""
        return lambda: _(
            "Stopped before all answers were there; your digits and versions are as they were."
        )


def _read(paths: Sequence[Path]) -> "tuple[list[DigitPage], list[Rejected]]":
    """Read files, folders and patterns; return their digits, and what cannot be read."""
    from classroom.datasets.prediction_input import read_digits
    from classroom.datasets.user_paths import expanded

    given, unmatched = expanded(paths)
    pages, rejected = read_digits(given)
    return pages, unmatched + rejected


def _service(options: argparse.Namespace, home: Path) -> "ClassifierService":
    """Load the version that shall answer, with SVM and k-NN where they are asked."""
    from classroom.cli.progress import printed_job
    from classroom.engine.classifier_service import ClassifierService

    service = ClassifierService(home, options.checksums, options.start, options.version)
    service.load_network()
    if set(options.classifier) & set(catalogue.BASELINES):
        with printed_job(options) as job:
            service.prepare(job)
    if service.fallback:
        tell(service.fallback.sentence)
    return service


def _touching_digits_cut(
    pages: "Sequence[DigitPage]", service: "ClassifierService"
) -> "list[tuple[DigitPage, FoundDigit]]":
    """Return all digits; two that touch count as two where the CNN is surer of the halves."""
    import numpy as np

    from classroom.preprocessing import touching_digits

    if not any(digit.splits for page in pages for digit in page.found):
        return [(page, digit) for page in pages for digit in page.found]
    asked = [touching_digits.images_to_classify(page.found) for page in pages]
    answers = service.base_network().predict_proba(np.concatenate(asked))
    answers_by_page = np.split(answers, np.cumsum([len(images) for images in asked])[:-1])
    return [
        (page, digit)
        for page, said in zip(pages, answers_by_page, strict=True)
        for digit in touching_digits.resolved(page.found, said)
    ]
