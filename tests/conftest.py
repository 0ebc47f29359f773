"""What all tests share: a home with a little of the real MNIST, quick engines, and a screen."""

import gc
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from places import LESSON, SMALL_MNIST

if "PYTEST_XDIST_WORKER" in os.environ:
    # Each has one core; what waits there for a thread on another's only keeps it busy.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

# Where a test imports Keras before the package that chooses its backend does.
os.environ["KERAS_BACKEND"] = "tensorflow"

import pytest
from store_support import url_of
from support import Listener

from classroom.datasets import mnist_files
from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import messages
from classroom.engine.client import EngineClient
from classroom.preprocessing.strokes import StrokesLine, read_strokes_file
from classroom.starts import Start

LIBRARIES = [
    "classroom.engine.engine",
    "classroom.networks.keras_models",
    "sklearn.svm",
    "sklearn.calibration",
]

LONG = "long: make test-all"

get_context = multiprocessing.get_context


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make test-all` ask for the long tests."""
    parser.addoption("--long", action="store_true", help="run the long tests, and only those")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the long tests apart from all others."""
    are_long = [item for item in items if item.get_closest_marker("long")]
    if config.getoption("--long"):
        others = [item for item in items if item not in set(are_long)]
        config.hook.pytest_deselected(items=others)
        items[:] = are_long
        return
    for item in are_long:
        # Skipped rather than deselected, so that they are counted and named.
        item.add_marker(pytest.mark.skip(reason=LONG))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and leave the sentence for `tools/start.py`, which ends with it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    named = "; ".join(f"{count} ({reason})" for reason, count in reasons.most_common())
    sentence = f"Left out: {named}." if named else "No test was left out."
    terminalreporter.write_line(sentence)
    if "CLASSROOM_LEFT_OUT" in os.environ:
        Path(os.environ["CLASSROOM_LEFT_OUT"]).write_text(sentence, encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def _libraries_are_loaded_once() -> Iterator[None]:
    """Have engines and children start from a process that has loaded the libraries already.

    It takes each of them four seconds of a core otherwise. What they are handed and what
    they do is the same; `spawned` gives a test the start that users have.
    """
    # macOS's own libraries do not bear a fork, and Windows has none.
    if not sys.platform.startswith("linux"):
        yield
        return
    quick = get_context("forkserver")
    quick.set_forkserver_preload(LIBRARIES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            multiprocessing,
            "get_context",
            lambda method=None: quick if method == "spawn" else get_context(method),
        )
        yield


@pytest.fixture(scope="module", autouse=True)
def _free_the_last_window() -> None:
    """Have this thread free what the tests before left of a window.

    A training's thread would wait a second for Tk with each of a hundred variables.
    """
    gc.collect()


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines and children start as they do outside the tests, with this process's environment."""
    monkeypatch.setattr(multiprocessing, "get_context", get_context)


@pytest.fixture(autouse=True)
def _default_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLASSROOM_DATABASE", raising=False)


@pytest.fixture(scope="session")
def small_mnist() -> Mnist:
    """2,000 training and 500 test digits of the real MNIST."""
    return mnist_files.read_npz(SMALL_MNIST, "the tests")


@pytest.fixture(scope="session")
def checksums(small_mnist: Mnist) -> Checksums:
    """What the small MNIST must be."""
    return mnist_files.checksums(small_mnist)


@pytest.fixture
def home(tmp_path: Path, small_mnist: Mnist) -> Path:
    """An empty home with the small MNIST."""
    (tmp_path / "data").mkdir()
    mnist_files.write_npz(small_mnist, tmp_path / "data" / "mnist.npz")
    return tmp_path


@pytest.fixture(scope="session")
def fitted_home(
    tmp_path_factory: pytest.TempPathFactory, small_mnist: Mnist, checksums: Checksums
) -> Path:
    """A home in which an engine has made all shipped classifiers ready; only to be copied."""
    home = tmp_path_factory.mktemp("fitted")
    (home / "data").mkdir()
    mnist_files.write_npz(small_mnist, home / "data" / "mnist.npz")
    client = EngineClient(home, checksums)
    client.start()
    engine = Listener(client)
    engine.wait(messages.Ready)
    client.prepare()
    engine.wait(messages.Prepared)
    client.use_line(Start.MNIST_ONLY)
    engine.wait(messages.VersionInUse)
    client.stop()
    # What was chosen is for each test to say: a home has no such file at first.
    (home / "models" / "start.json").unlink()
    return home


@pytest.fixture
def prepared(home: Path, fitted_home: Path) -> Path:
    """The home, as an engine leaves it at the first start."""
    shutil.copytree(fitted_home / "models", home / "models", dirs_exist_ok=True)
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a store is, or will be: its folders are not there before it."""
    return tmp_path / "home" / "data" / "samples.sqlite"


@pytest.fixture
def dataset(file: Path) -> Iterator[Dataset]:
    """An empty store."""
    with Dataset(url_of(file)) as opened:
        yield opened


@pytest.fixture(scope="session")
def drawn() -> list[StrokesLine]:
    """The digits of the lesson, as strokes."""
    return [line for line in read_strokes_file(LESSON) if isinstance(line, StrokesLine)]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen: the one there is, else a virtual one; tests side by side have one each."""
    program = shutil.which("Xvfb")
    before = os.environ.get("DISPLAY", "")
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ and program
    if (before or os.name == "nt") and not side_by_side:
        yield before
        return
    assert program, "tests of the window need Xvfb: install it, or run them on a desktop"
    read, write = os.pipe()
    command = [
        program,
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1600x1000x24",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            os.environ["DISPLAY"] = f":{answer.readline().strip()}"
        yield os.environ["DISPLAY"]
        server.terminate()
        os.environ["DISPLAY"] = before
