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

from classroom import folders
from classroom.evaluation import Score
from classroom.i18n import _

SHIPPED = 0

CANNOT_WRITE = _(
    "The new version could not be written to {folder}: {why}. "
    "Make room on the disk, or allow writing there, and try again; "
    "the version in use is untouched."
)

log = logging.getLogger(__name__)


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


def folder(home: Path, number: int) -> Path:
    """Return the folder of a version, whether it is there or not."""
    return home / "models" / "versions" / f"{number:04d}"


def listing(home: Path) -> list[Version]:
    """Return all versions, the shipped one first; folders that cannot be read are left out."""
    found = {SHIPPED: Version(SHIPPED)}
    for path in sorted((home / "models" / "versions").glob("[0-9][0-9][0-9][0-9]")):
        try:
            version = read(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("version %s cannot be read: %s", path, error)
            continue
        found[version.number] = version
    return [found[number] for number in sorted(found)]


def read(path: Path) -> Version:
    """Read the ``version.json`` in the folder `path`."""
    card = json.loads((path / "version.json").read_text(encoding="utf-8"))
    for which in ("own_exam", "mnist_test"):
        card[which] = {name: Score(**score) for name, score in card[which].items()}
    return Version(**card)


def current(home: Path) -> Version:
    """Return the version in use, the shipped one where none was chosen or it is gone."""
    try:
        chosen = int(json.loads(_pointer(home).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        chosen = SHIPPED
    versions = {version.number: version for version in listing(home)}
    return versions.get(chosen, versions[SHIPPED])


def set_current(home: Path, number: int) -> None:
    """Make a version the one in use, from the next start on too."""
    pointer = _pointer(home)
    with folders.writing(pointer, CANNOT_WRITE):
        pointer.parent.mkdir(parents=True, exist_ok=True)
        folders.replace_json(pointer, {"version": number})


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
    with folders.writing(parent, CANNOT_WRITE), folders.new_folder(parent, number) as reserved:
        yield reserved


def write_card(path: Path, version: Version) -> None:
    """Write what is known of `version` into its folder `path`."""
    folders.write_json(path / "version.json", asdict(version))


def _pointer(home: Path) -> Path:
    return home / "models" / "current.json"
