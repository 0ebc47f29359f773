"""The versions of CNN, SVM and k-NN: each retraining stores one, and any can be in use.

Each network that ships has a line of versions of its own, whose version 0 it is. The engine, the
window and the command line read them here.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from classroom import files
from classroom.catalogue import NETWORK
from classroom.errors import ClassroomError
from classroom.evaluation.results import Score
from classroom.i18n import _
from classroom.starts import Start

SHIPPED = 0

CANNOT_WRITE = _(
    "The new version could not be written to {folder}: {why}. "
    "Make room on the disk, or allow writing there, and try again; "
    "the version in use is untouched."
)

# The errors that reading a damaged JSON file can raise.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """The versions of a home whose CNNs were all trained from the same shipped network.

    A version is a folder such as ``models/versions/0007`` or
    ``models/mnist_only/versions/0007``. ``current.json`` beside ``versions`` names the version of
    the line that was chosen, and ``models/start.json`` the line in use.

    Attributes
    ----------
    home : Path
    start : Start
    """

    home: Path
    start: Start

    @property
    def folder(self) -> Path:
        """The folder of the line, which need not exist.

        That of `Start.BASE` lies where homes had all versions when there was one line only.
        """
        models = self.home / "models"
        return models if self.start is Start.BASE else models / str(self.start.value)


def lines(home: Path) -> list[Line]:
    """Return the lines of a home, `Start.BASE` first."""
    return [Line(home, start) for start in sorted(Start, key=lambda one: one is not Start.BASE)]


@dataclass(frozen=True)
class Rejected:
    """The scores of a fine-tuned CNN that was discarded, because the shipped one is better.

    Attributes
    ----------
    shipped, taught : Score
        The scores of the shipped CNN and of the fine-tuned one, on the practice samples and some
        held-out digits of MNIST.
    """

    shipped: Score
    taught: Score


@dataclass(frozen=True)
class Version:
    """The metadata of one version, as stored in its ``version.json``.

    Attributes
    ----------
    number : int
        0 for the shipped version, then 1, 2, ...; each line of versions counts by itself.
    created : str
        Date and time (UTC, ISO 8601); empty for the shipped version.
    practice : int
        The number of own practice samples that it was trained on.
    mnist : int
        The number of MNIST digits that SVM and k-NN were fitted on.
    seed : int
    seconds : float
        The duration of the training.
    own_exam, mnist_test : dict of str to Score
        The score of each classifier, at the time of the training.
    note : str
        A remark on the training that is shown to the user; mostly empty.
    rejected : Rejected or None
        The scores of a discarded CNN; the CNN of this version is then the shipped one.
    start : Start
        The shipped network that the CNN was trained from, which names the line of the version.
    network : str
        Of the shipped version, which network its CNN is: the beginning of the SHA-256 of the
        shipped file, which another release of the program may replace. Else empty.
    """

    number: int
    created: str = ""
    practice: int = 0
    mnist: int = 0
    seed: int = 0
    seconds: float = 0.0
    own_exam: dict[str, Score] = field(default_factory=dict)
    mnist_test: dict[str, Score] = field(default_factory=dict)
    note: str = ""
    rejected: Rejected | None = None
    start: Start = Start.BASE
    network: str = ""


@dataclass(frozen=True)
class Fallback:
    """Why the shipped version is in use in place of the one that was chosen.

    Attributes
    ----------
    wanted : int or None
        The version that was chosen; None if the choice cannot be read.
    why : str
        Why it cannot be used, as a sentence.
    start : Start
        The line whose shipped version is in use.
    """

    wanted: int | None
    why: str
    start: Start = Start.BASE

    @property
    def short(self) -> str:
        """Return in a few words which version answers, and which was chosen."""
        if self.wanted is None:
            return _("Version 0 answers: nobody knows which was chosen.")
        text = _("Version 0 answers: version {wanted} cannot be used.")
        return text.format(wanted=self.wanted)

    @property
    def sentence(self) -> str:
        """Return the same as sentences, with the reason and what to do."""
        if self.wanted is None:
            said = self.why
        else:
            said = _("Version {wanted} was chosen, but cannot be used. {why}").format(
                wanted=self.wanted, why=self.why
            )
        then = _(
            "Version 0 of “{line}”, as shipped, answers in its place, and nothing was deleted. "
            "Retrain, or choose another version in Train."
        ).format(line=self.start.title)
        return f"{said} {then}"


def folder(line: Line, number: int) -> Path:
    """Return the path of a version's folder, which need not exist."""
    return line.folder / "versions" / f"{number:04d}"


def listing(line: Line) -> list[Version]:
    """Return all readable versions of a line, the shipped one first."""
    found = [shipped(line)]
    for number in _numbers(line):
        try:
            found.append(read(line, number))
        except _UNREADABLE as error:
            log.warning("version %s cannot be read: %s", folder(line, number), error)
    return found


def _numbers(line: Line) -> list[int]:
    """Return the numbers of the versions that were trained, readable or not."""
    there = (int(path.name) for path in files.numbered(line.folder / "versions"))
    return [number for number in there if number != SHIPPED]


def find(line: Line, number: int) -> Version:
    """Return a version of a line; raises `ClassroomError` if it is missing or cannot be read."""
    if number == SHIPPED:
        return shipped(line)
    try:
        return read(line, number)
    except _UNREADABLE as error:
        raise ClassroomError(
            _("Version {number} cannot be read, or is gone; choose another one.").format(
                number=number
            )
        ) from error


def unreadable(line: Line) -> list[int]:
    """Return the numbers of the versions that `listing` leaves out, as they cannot be read."""
    return sorted(set(_numbers(line)) - {version.number for version in listing(line)})


def shipped(line: Line) -> Version:
    """Return the shipped version of a line, with the scores that this home knows of it.

    Where the program ships another network than the one that was scored, the CNN has no score.
    """
    network = _network_of(line.start)
    try:
        known = read(line, SHIPPED)
    except _UNREADABLE:
        return Version(SHIPPED, start=line.start, network=network)
    scores = known.mnist_test
    if known.network != network:
        scores = {name: score for name, score in scores.items() if name != NETWORK}
    return replace(known, mnist_test=scores, network=network)


def _network_of(start: Start) -> str:
    try:
        return start.sha256()[:16]
    except OSError:
        return ""


def read(line: Line, number: int) -> Version:
    """Read the ``version.json`` of a version.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError or AttributeError
        The file is missing or damaged, or belongs to another version.
    """
    path = folder(line, number) / "version.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    for which in ("own_exam", "mnist_test"):
        card[which] = {name: Score(**score) for name, score in card[which].items()}
    if card.get("rejected"):
        card["rejected"] = Rejected(**{k: Score(**v) for k, v in card["rejected"].items()})
    # When there was one line only, the cards did not name it.
    version = Version(**{**card, "start": Start.named(card.get("start", Start.BASE.value))})
    if (version.start, version.number) != (line.start, number):
        raise ValueError(f"the card of version {version.number} of {version.start}")
    return version


def in_use(home: Path) -> tuple[Version, Fallback | None]:
    """Return the version to use of the line in use, as `chosen` does.

    If nobody can read which line that is, it is the shipped version of `Start.BASE`.
    """
    try:
        start = _read_start(home)
    except _UNREADABLE as error:
        sentence = _("Which network was chosen to start from cannot be read from {file}: {why}.")
        return _nobody_knows(Line(home, Start.BASE), sentence, _start_file(home), error)
    return chosen(Line(home, start))


def line_in_use(home: Path) -> Line | None:
    """Return the line in use; None if nobody can read which that is."""
    try:
        return Line(home, _read_start(home))
    except _UNREADABLE:
        return None


def is_line_chosen(home: Path) -> bool:
    """Return whether a line was chosen, or any version was trained, which chose `Start.BASE`."""
    return _start_file(home).exists() or any(_numbers(line) for line in lines(home))


def _read_start(home: Path) -> Start:
    """Return the start of the line in use; `Start.BASE` if none was chosen."""
    try:
        text = _start_file(home).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Start.BASE
    return Start.named(json.loads(text)["start"])


def _nobody_knows(
    line: Line, sentence: str, file: Path, error: Exception
) -> tuple[Version, Fallback]:
    """Return the shipped version, as `file`, which names the chosen one, cannot be read."""
    log.warning("%s cannot be read: %s", file, error)
    why = getattr(error, "strerror", None) or _("it is damaged")
    return shipped(line), Fallback(None, sentence.format(file=file, why=why), line.start)


def chosen(line: Line) -> tuple[Version, Fallback | None]:
    """Return the version of a line to use, and why it is not the one that was chosen.

    Returns
    -------
    Version
        The chosen version; the shipped one if none was chosen, or if it cannot be read. Its
        classifiers have not been read, and may still turn out to be damaged.
    Fallback or None
        None if the version is the chosen one.
    """
    try:
        number = _read_pointer(line)
    except _UNREADABLE as error:
        sentence = _("Which version was chosen cannot be read from {file}: {why}.")
        return _nobody_knows(line, sentence, _pointer(line), error)
    if number == SHIPPED:
        return shipped(line), None
    path = folder(line, number)
    try:
        return read(line, number), None
    except _UNREADABLE as error:
        log.warning("version %s cannot be read: %s", path, error)
        gone = not (path / "version.json").exists()
        why = _("{file} is gone.") if gone else _("{file} is damaged.")
        missing = path if not path.exists() else path / "version.json"
        return shipped(line), Fallback(number, why.format(file=missing), line.start)


def _read_pointer(line: Line) -> int:
    """Return the number of the chosen version; `SHIPPED` if none was chosen."""
    try:
        text = _pointer(line).read_text(encoding="utf-8")
    except FileNotFoundError:
        return SHIPPED
    number = json.loads(text)["version"]
    if type(number) is not int or number < 0:
        raise ValueError(f"version {number!r}")
    return number


def set_current(line: Line, number: int) -> None:
    """Store which version of a line is in use, for the next start too."""
    _write_choice(_pointer(line), {"version": number})


def set_line(line: Line) -> None:
    """Store which line is in use, for the next start too."""
    _write_choice(_start_file(line.home), {"start": line.start.value})


def _write_choice(file: Path, choice: dict[str, Any]) -> None:
    with files.writing(file, CANNOT_WRITE):
        file.parent.mkdir(parents=True, exist_ok=True)
        files.replace_json(file, choice)


@contextmanager
def new_folder(line: Line, number: int | None = None) -> Iterator[tuple[Path, int]]:
    """Give a temporary folder to write a version into, and the version's number.

    If the block ends without an exception, the folder gets its final name in one step, so that
    a crash never leaves half a version. `write_metadata` has to be called within the block. Two
    trainings at the same time get different numbers.

    Parameters
    ----------
    line : Line
    number : int, optional
        The version to replace; by default a new version with the next unused number.
    """
    parent = line.folder / "versions"
    with files.writing(parent, CANNOT_WRITE), files.new_folder(parent, number) as reserved:
        yield reserved


def write_metadata(path: Path, version: Version) -> None:
    """Write the ``version.json`` of `version` into its folder `path`."""
    files.write_json(path / "version.json", _card(version))


def scored(line: Line, score: Score) -> Version:
    """Return the shipped version of a line with the score of its CNN on MNIST's test set.

    SVM and k-NN of the shipped version are the same in every line, and so are their scores.
    """
    baselines = shipped(Line(line.home, Start.BASE))
    scores = {**baselines.mnist_test, NETWORK: score}
    return replace(shipped(line), mnist=baselines.mnist, mnist_test=scores)


def write_shipped(line: Line, version: Version) -> None:
    """Replace the ``version.json`` of the shipped version, and leave what else is there."""
    path = folder(line, SHIPPED)
    with files.writing(path, CANNOT_WRITE):
        path.mkdir(parents=True, exist_ok=True)
        files.replace_json(path / "version.json", _card(version))


def _card(version: Version) -> dict[str, Any]:
    return asdict(version) | {"start": version.start.value}


def _pointer(line: Line) -> Path:
    return line.folder / "current.json"


def _start_file(home: Path) -> Path:
    return home / "models" / "start.json"
