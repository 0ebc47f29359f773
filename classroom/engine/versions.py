"""The versions of the three classifiers: every retraining is kept, any can be current.

Each version is a folder ``models/versions/0007`` with the classifiers and a
``version.json``; ``models/current.json`` names the one in use. Version 0 is
what ships: ``base.keras``, and SVM and k-NN fitted on MNIST alone. A folder
is written under another name and renamed when it is whole, so that a crash
leaves no half version.
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

# What a damaged file of JSON may lead to.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rejected:
    """A training of the CNN after which it got fewer digits right, and which was thrown away.

    Attributes
    ----------
    shipped, taught : Score
        Of the CNN as it shipped, which stays, and of the one that was taught: on the practice
        digits and some of MNIST that was held back.
    """

    shipped: Score
    taught: Score


@dataclass(frozen=True)
class Version:
    """What is known of one version.

    Attributes
    ----------
    number : int
        0 for the shipped one, then 1, 2, ...
    created : str
        Date and time (UTC, ISO 8601); empty for the shipped one.
    practice : int
        How many own practice samples it was trained on.
    mnist : int
        How many MNIST digits SVM and k-NN were fitted on.
    seed : int
    seconds : float
        How long the training took.
    own_exam, mnist_test : dict of str to Score
        By classifier, at the time of the training.
    note : str
        What else is to be said of the training, in the user's words.
    rejected : Rejected or None
        Where the CNN of this version is the one that ships, because its training made it worse.
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
    """The shipped version answers in place of the one that was chosen.

    Attributes
    ----------
    wanted : int or None
        The version that was chosen; None where that cannot be read.
    why : str
        Why it cannot be used, in a sentence.
    """

    wanted: int | None
    why: str

    @property
    def short(self) -> str:
        """Say which version answers, and which was wanted, in a few words."""
        if self.wanted is None:
            return _("Version 0 answers: nobody knows which was chosen.")
        text = _("Version 0 answers: version {wanted} cannot be used.")
        return text.format(wanted=self.wanted)

    @property
    def sentence(self) -> str:
        """Say it with the reason, and what to do."""
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
    """Return the folder of a version, whether it is there or not."""
    return home / "models" / "versions" / f"{number:04d}"


def listing(home: Path) -> list[Version]:
    """Return all versions, the shipped one first; folders that cannot be read are left out."""
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
    """Return the numbers of the versions that `listing` leaves out."""
    there = {int(path.name) for path in files.numbered(folder(home, SHIPPED).parent)}
    return sorted(there - {version.number for version in listing(home)})


def read(path: Path) -> Version:
    """Read the ``version.json`` in the folder `path`.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError or AttributeError
        It is not there, damaged, or another version's.
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
    """Return the version in use, and why that is not the one that was chosen.

    Returns
    -------
    Version
        The shipped one where none was chosen, or where it cannot be read.
    Fallback or None
        Its networks may still turn out to be damaged.
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
    """Return the number of the chosen version, the shipped one's where none was chosen."""
    try:
        text = _pointer(home).read_text(encoding="utf-8")
    except FileNotFoundError:
        return SHIPPED
    number = json.loads(text)["version"]
    if type(number) is not int or number < 0:
        raise ValueError(f"version {number!r}")
    return number


def current(home: Path) -> Version:
    """Return the version in use, the shipped one where none was chosen or it is gone."""
    return chosen(home)[0]


def set_current(home: Path, number: int) -> None:
    """Make a version the one in use, from the next start on too."""
    pointer = _pointer(home)
    with files.writing(pointer, CANNOT_WRITE):
        pointer.parent.mkdir(parents=True, exist_ok=True)
        files.replace_json(pointer, {"version": number})


@contextmanager
def new_folder(home: Path, number: int | None = None) -> Iterator[tuple[Path, int]]:
    """Give a folder to write a version into, and its number.

    It becomes the version's when the block ends well. Within the block
    `write_card` has to be called. When the block raises, or the process dies,
    nothing of it counts. Two trainings at the same time get two numbers.

    Parameters
    ----------
    home : Path
    number : int, optional
        Write this version anew; else the next number that none has had yet.
    """
    parent = folder(home, SHIPPED).parent
    with files.writing(parent, CANNOT_WRITE), files.new_folder(parent, number) as reserved:
        yield reserved


def write_card(path: Path, version: Version) -> None:
    """Write what is known of `version` into its folder `path`."""
    files.write_json(path / "version.json", asdict(version))


def _pointer(home: Path) -> Path:
    return home / "models" / "current.json"
