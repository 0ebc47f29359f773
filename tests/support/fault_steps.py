"""What is done while a fault happens: digits kept as the window keeps them, and commands.

Each step works on a copy of one small home, says of each thing when it is done or refused, and
whether the fault had happened by then.
"""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from places import LESSON, SMALL_MNIST

from classroom import logs, paths
from classroom.cli import main
from classroom.datasets import backups, exporting, importing, mnist, mnist_files, restoring
from classroom.datasets.database import store_file
from classroom.datasets.dataset import DamagedStore, Dataset, DatasetError, Sample
from classroom.datasets.samples_table import to_row
from classroom.ui.core.background import Background
from classroom.ui.core.background_store import BackgroundStore

# How many digits the store holds before, of which the substitute has a part; and are imported.
BEFORE, OLDER, IMPORTED = 6, 4, 8
# A retraining rehearses on these many digits of the small MNIST instead of on thousands.
REHEARSAL = 200

Say = Callable[..., None]
Digits = dict[str, int]


def digit(number: int, label: int | None = None) -> Sample:
    """Return a digit that is different for each number; its label is the number's last digit."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    strokes = [[(float(number), 1.0), (2.0, 3.0)]]
    return Sample(image, number % 10 if label is None else label, "ann", "drawn", strokes)


def digest(sample: Sample) -> str:
    """Return the digest under which the store has a digit."""
    return str(to_row(sample)["digest"])


@dataclass(frozen=True)
class Step:
    """A piece of work during which a fault happens.

    Attributes
    ----------
    act : callable
        Takes the folder of the case and `say`; returns the exit status.
    targets : tuple of str
        The files below the folder that another program takes away, in turn.
    learns : bool
        Whether it trains, and so needs a home with a version and with MNIST.
    """

    act: Callable[[Path, Say], int]
    targets: tuple[str, ...] = ("home/data/samples.sqlite",)
    learns: bool = False


class Loop:
    """An event loop without a window, with the methods of Tk that `Background` calls."""

    def __init__(self) -> None:
        self._due: dict[str, Callable[[], None]] = {}

    def after(self, _milliseconds: int, callback: Callable[[], None]) -> str:
        name = f"after#{len(self._due)}-{time.monotonic_ns()}"
        self._due[name] = callback
        return name

    def after_cancel(self, name: str) -> None:
        self._due.pop(name, None)

    def report_callback_exception(self, _kind: object, value: BaseException, _trace: Any) -> None:
        raise value

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            for name in list(self._due):
                self._due.pop(name)()
            time.sleep(0.0005)


class Window:
    """Keeps digits with what the window keeps them with, and as *Draw* does.

    What is refused waits, and follows when the store works again.
    """

    def __init__(self, home: Path, say: Say, *, recovers: bool) -> None:
        self._loop, self._say = Loop(), say
        self._background = Background(self._loop)  # type: ignore[arg-type]
        self.store = BackgroundStore(self._background, home, self.refused)
        self._home, self._recovers = home, recovers
        self._unsaved: list[Sample] = []
        self.store.damaged = self._damaged
        self.store.missing = self._missing
        self.store.replaced = lambda sentence: say("told", sentence=sentence)

    def run(
        self,
        function: Callable[[Dataset], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do something in the background, and wait for its end."""
        self.store.run(function, then, failed)
        self.wait()

    def wait(self) -> None:
        self._loop.until(lambda: not self._background.busy)

    def refused(self, sentence: str) -> None:
        self._say("refused", sentence=sentence)

    def keep(self, sample: Sample) -> None:
        self._keep(sample)
        # The window asks every second whether another process has changed anything.
        self.store.run(lambda dataset: dataset.changed_elsewhere(), failed=lambda _sentence: None)
        self.wait()

    def _keep(self, sample: Sample) -> None:
        def kept(_answer: Any) -> None:
            self._say("kept", digest=digest(sample), label=sample.label)
            self.try_again()

        def failed(sentence: str) -> None:
            self._unsaved.append(sample)
            self._say(
                "refused", what="kept", digest=digest(sample), label=sample.label, sentence=sentence
            )

        self.run(lambda dataset: dataset.keep(sample), kept, failed)

    def try_again(self) -> None:
        """Store the digits that could not be stored before."""
        again, self._unsaved = self._unsaved, []
        for sample in again:
            self._keep(sample)

    def back_up(self) -> None:
        """Do what `AutomaticBackups` does."""
        file = store_file(paths.store_url(self._home))
        assert file is not None
        try:
            backups.make(file, minutes=0)
        except DamagedStore:
            self._damaged()
        except DatasetError as error:
            self.refused(str(error))

    def close(self) -> None:
        self.try_again()
        self.store.close()
        self._background.close()

    def _damaged(self) -> None:
        self._go_on(restoring.recover)

    def _missing(self) -> None:
        self._go_on(lambda file: restoring.restore(file, backups.listing(file)[0]))

    def _go_on(self, work: Callable[[Path], Any]) -> None:
        """Do what `StoreRecovery` does when its question is answered with yes."""
        if self._recovers:
            file = store_file(paths.store_url(self._home))
            assert file is not None
            self._recovers = False
            self._say("recovering")
            self.store.replace(lambda: work(file), lambda _done: self._say("recovered"))


def keep(folder: Path, say: Say) -> int:
    """Keep five digits, one after the other."""
    window = Window(folder / "home", say, recovers="recovers" in folder.name)
    for number in range(100, 105):
        window.keep(digit(number))
    window.close()
    return 0


def back_up(folder: Path, say: Say) -> int:
    """Keep digits, and make a backup between two of them."""
    window = Window(folder / "home", say, recovers="recovers" in folder.name)
    window.keep(digit(100))
    window.back_up()
    window.keep(digit(101))
    window.close()
    return 0


def undo(folder: Path, say: Say) -> int:
    """Relabel, delete, keep, undo and redo, as the window does."""
    window = Window(folder / "home", say, recovers=False)
    numbers: list[int] = []
    chosen = [digest(digit(number)) for number in range(2)]

    def find(dataset: Dataset) -> None:
        found = {digest(one): one.id for one in dataset.samples()}
        numbers[:] = [found[one] for one in chosen if one in found]

    def taken(what: str) -> Callable[[Any], None]:
        return lambda answer: say(what, nothing=answer is None, digests=chosen, label=9)

    def do(what: str, change: Callable[[Dataset], Any]) -> None:
        def failed(sentence: str) -> None:
            say("refused", what=what, digests=chosen, label=9, sentence=sentence)

        window.run(change, taken(what), failed)

    window.run(find)
    do("relabelled", lambda dataset: dataset.relabel(numbers, 9))
    do("undone", Dataset.undo)
    do("redone", Dataset.redo)
    do("deleted", lambda dataset: dataset.delete(numbers))
    do("undone", Dataset.undo)
    window.keep(digit(200))
    do("undone", Dataset.undo)
    do("redone", Dataset.redo)
    window.close()
    return 0


def command(*arguments: str) -> Callable[[Path, Say], int]:
    """Return a step that runs a command; ``{}`` stands for the folder of the case."""

    def act(folder: Path, _say: Say) -> int:
        given = [argument.format(folder) for argument in arguments]
        checksums = None
        if SMALL_MNIST.is_file():
            checksums = mnist_files.checksums(mnist_files.read_npz(SMALL_MNIST, "the tests"))
        return main.main(["--home", str(folder / "home"), *given, "--json"], checksums=checksums)

    return act


_STORE = "home/data/samples.sqlite"
_MNIST = "home/data/mnist.npz"
_VERSION = "home/models/versions/0001"
STEPS = {
    "keep": Step(keep),
    "backup": Step(back_up),
    "undo": Step(undo),
    "import-zip": Step(
        command("dataset", "import", "{}/inbox/hand-in.zip"), (_STORE, "inbox/hand-in.zip")
    ),
    "import-pictures": Step(
        command("dataset", "import", "{}/inbox/pictures"),
        (_STORE, "inbox/pictures/practice/0/000001.png"),
    ),
    "command-undo": Step(command("dataset", "undo")),
    "command-redo": Step(command("dataset", "redo")),
    "export": Step(command("dataset", "export", "{}/out", "--format", "zip,png,npz")),
    "retrain": Step(
        command("retrain"),
        (
            _STORE,
            _MNIST,
            f"{_VERSION}/cnn.keras",
            f"{_VERSION}/svm.npz",
            "home/models/current.json",
        ),
        learns=True,
    ),
    "compare": Step(
        command("compare", "--mnist", "100", "--classifiers", "svm,knn_features"),
        (_STORE, _MNIST),
        learns=True,
    ),
}


def prepare_learning() -> None:
    """Make training short, and take MNIST from the small copy of the tests."""
    from classroom.networks import fine_tuning

    for start, recipe in fine_tuning.RECIPES.items():
        fine_tuning.RECIPES[start] = replace(recipe, rehearsal_digits=REHEARSAL)
    assert mnist.fetch.__kwdefaults__ is not None
    mnist.fetch.__kwdefaults__["sources"] = ()


def make_home(folder: Path, *, learns: bool) -> None:
    """Make the home of which every case gets a copy, and the files to import, in `folder`."""
    store = folder / "home" / "data" / "samples.sqlite"
    store.parent.mkdir(parents=True)
    with Dataset(restoring.url_of(store)) as dataset:
        for number in range(BEFORE):
            dataset.keep(digit(number))
            if number == OLDER - 1:
                backups.make(store, minutes=0)
                _copy(store, folder / "substitute" / "samples.sqlite")
        if learns:
            importing.import_paths(dataset, [LESSON])
        # One edit is undone, so that there is one to redo.
        dataset.keep(digit(BEFORE))
        dataset.undo()
    others = folder / "other.sqlite"
    with Dataset(restoring.url_of(others)) as dataset:
        dataset.keep_many([imported(number) for number in range(IMPORTED)])
        exporting.export(dataset, folder / "inbox" / "hand-in.zip", ["zip"])
        exporting.export(dataset, folder / "inbox" / "pictures", ["png"])
    others.unlink()
    for step in STEPS.values():
        if not learns and not step.learns:
            assert all((folder / target).is_file() for target in step.targets)
    if learns:
        prepare_learning()
        shutil.copy(SMALL_MNIST, folder / "home" / "data" / "mnist.npz")
        assert command("retrain")(folder, lambda *_what, **_more: None) == 0
    logs.configure(folder / "nowhere")
    shutil.rmtree(folder / "nowhere", ignore_errors=True)


def imported(number: int) -> Sample:
    """Return a digit of the files to import."""
    return replace(digit(1000 + number), writer="ben", strokes=None)


def _copy(store: Path, file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def before() -> list[Digits]:
    """Return the states of the store before the step, the latest last."""
    digests = [digest(digit(number)) for number in range(BEFORE)]
    return [
        {one: number % 10 for number, one in enumerate(digests[:count])}
        for count in range(BEFORE + 1)
    ]


def tell_of_closing(say: Say) -> None:
    """Make every store say when it begins to close."""
    close = Dataset.close

    def told(dataset: Dataset) -> None:
        say("closing")
        close(dataset)

    Dataset.close = told  # type: ignore[method-assign]


def speaker(file: Path, has_fired: Callable[[], bool]) -> Say:
    """Return the function with which a step reports events: each a line of JSON, synced at once."""
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(event: str, **what: Any) -> None:
        line = json.dumps({"event": event, "after": has_fired(), **what})
        os.write(out, f"{line}\n".encode())

    return say
