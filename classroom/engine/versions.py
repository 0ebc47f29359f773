"""The versions of CNN, SVM and k-NN: each retraining stores one, and any can be in use.

A version is a folder such as ``models/versions/0007``; ``models/current.json`` names the one in
use. Version 0 is the shipped network, with SVM and k-NN fitted on MNIST alone.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from classroom import files
from classroom.evaluation.results import Score
from classroom.i18n import _

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
        0 for the shipped version, then 1, 2, ...
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


@dataclass(frozen=True)
class Fallback:
    """Why the shipped version is in use in place of the one that was chosen.

    Attributes
    ----------
    wanted : int or None
        The version that was chosen; None if the choice cannot be read.
    why : str
        Why it cannot be used, as a sentence.
    """

    wanted: int | None
    why: str

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
            "Version 0, as shipped, answers in its place, and nothing was deleted. "
            "Retrain, or choose another version in Train."
        )
        return f"{said} {then}"


def folder(home: Path, number: int) -> Path:
    """Return the path of a version's folder, which need not exist."""
    return home / "models" / "versions" / f"{number:04d}"


def listing(home: Path) -> list[Version]:
    """Return all readable versions, the shipped one first."""
    found = {SHIPPED: Version(SHIPPED)}
    for path in files.numbered(folder(home, SHIPPED).parent):
        try:
            version = read(path)
        except _UNREADABLE as error:
            log.warning("version %s cannot be read: %s", path, error)
            continue
        found[version.number] = version
    return [found[number] for number in sorted(found)]


def unreadable(home: Path) -> list[int]:
    """Return the numbers of the versions that `listing` leaves out, as they cannot be read."""
    there = {int(path.name) for path in files.numbered(folder(home, SHIPPED).parent)}
    return sorted(there - {version.number for version in listing(home)})


def read(path: Path) -> Version:
    """Read the ``version.json`` in the folder `path`.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError or AttributeError
        The file is missing or damaged, or belongs to another version.
    """
    card = json.loads((path / "version.json").read_text(encoding="utf-8"))
    for which in ("own_exam", "mnist_test"):
        card[which] = {name: Score(**score) for name, score in card[which].items()}
    if card.get("rejected"):
        card["rejected"] = Rejected(**{k: Score(**v) for k, v in card["rejected"].items()})
    version = Version(**card)
    if version.number != int(path.name.split("-")[0]):
        raise ValueError(f"the card of version {version.number}")
    return version


def chosen(home: Path) -> tuple[Version, Fallback | None]:
    """Return the version to use, and why it is not the one that was chosen.

    Returns
    -------
    Version
        The chosen version; the shipped one if none was chosen, or if it cannot be read. Its
        classifiers have not been read, and may still turn out to be damaged.
    Fallback or None
        None if the version is the chosen one.
    """
    shipped = listing(home)[0]
    try:
        number = _read_pointer(home)
    except _UNREADABLE as error:
        why = getattr(error, "strerror", None) or _("it is damaged")
        sentence = _("Which version was chosen cannot be read from {file}: {why}.")
        return shipped, Fallback(None, sentence.format(file=_pointer(home), why=why))
    if number == SHIPPED:
        return shipped, None
    path = folder(home, number)
    try:
        return read(path), None
    except _UNREADABLE as error:
        log.warning("version %s cannot be read: %s", path, error)
        gone = not (path / "version.json").exists()
        why = _("{file} is gone.") if gone else _("{file} is damaged.")
        missing = path if not path.exists() else path / "version.json"
        return shipped, Fallback(number, why.format(file=missing))


def _read_pointer(home: Path) -> int:
    """Return the number of the chosen version; `SHIPPED` if none was chosen."""
    try:
        text = _pointer(home).read_text(encoding="utf-8")
    except FileNotFoundError:
        return SHIPPED
    number = json.loads(text)["version"]
    if type(number) is not int or number < 0:
        raise ValueError(f"version {number!r}")
    return number


def current(home: Path) -> Version:
    """Return the version in use: the chosen one, or the shipped one if that cannot be read."""
    return chosen(home)[0]


def set_current(home: Path, number: int) -> None:
    """Store which version is in use, for the next start too."""
    pointer = _pointer(home)
    with files.writing(pointer, CANNOT_WRITE):
        pointer.parent.mkdir(parents=True, exist_ok=True)
        files.replace_json(pointer, {"version": number})


@contextmanager
def new_folder(home: Path, number: int | None = None) -> Iterator[tuple[Path, int]]:
    """Give a temporary folder to write a version into, and the version's number.

    If the block ends without an exception, the folder gets its final name in one step, so that
    a crash never leaves half a version. `write_metadata` has to be called within the block. Two
    trainings at the same time get different numbers.

    Parameters
    ----------
    home : Path
    number : int, optional
        The version to replace; by default a new version with the next unused number.
    """
    parent = folder(home, SHIPPED).parent
    with files.writing(parent, CANNOT_WRITE), files.new_folder(parent, number) as reserved:
        yield reserved


def write_metadata(path: Path, version: Version) -> None:
    """Write the ``version.json`` of `version` into its folder `path`."""
    files.write_json(path / "version.json", asdict(version))


def _pointer(home: Path) -> Path:
    return home / "models" / "current.json"
