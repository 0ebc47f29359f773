"""Ctrl+C in the middle of every command: one sentence that is so, and the status of a signal."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from calls import MAIN
from places import SMALL_MNIST
from support import base, keep_some, wait_for

from classroom.cli import stopping
from classroom.cli.commands.sheet import WriteSheet
from classroom.cli.commands.train import Train
from classroom.datasets.dataset import Dataset
from classroom.engine import versions
from classroom.evaluation import runs
from classroom.paths import store_url
from classroom.preprocessing.strokes import StrokesLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child alone")

# The program as it is started, but for a small MNIST.
PROGRAM = """
import signal, sys
from pathlib import Path
# What is started in the background may have been told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
from classroom.cli import main as cli
from classroom.datasets import mnist_files
small = mnist_files.read_npz(Path(sys.argv.pop(1)), "the tests")
sys.exit(cli.main(checksums=mnist_files.checksums(small)))
"""
Stopped = subprocess.CompletedProcess[str]


def stop(
    home: Path,
    *arguments: object,
    when: Callable[[str], bool],
    how: signal.Signals = signal.SIGINT,
    **environment: str,
) -> Stopped:
    """Run a command, and stop it when `when` holds of what it has said on stderr."""
    command = [sys.executable, "-c", PROGRAM, str(SMALL_MNIST), "--home", str(home)]
    said = home / "stderr.txt"
    with (
        said.open("w") as stderr,
        subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=MAIN.parent,
            env={**os.environ, **environment},
        ) as process,
    ):

        def reached() -> bool:
            assert process.poll() is None, said.read_text()
            return when(said.read_text())

        wait_for(reached, 90)
        process.send_signal(how)
        out, _none = process.communicate(timeout=60)
        return Stopped(process.args, process.returncode, out, said.read_text())


def sentence_of(done: Stopped, status: int = 130) -> str:
    """Return what a stopped command says in the end, after a look at how it ended."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Stopped")
    return last


def count(home: Path) -> int:
    with Dataset(store_url(home)) as store:
        return int(store.stats()["total"])


# --- learning ----------------------------------------------------------------------------
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_retraining_that_is_stopped_leaves_the_version_in_use(
    prepared: Path, drawn: list[StrokesLine], how: signal.Signals
) -> None:
    keep_some(prepared, drawn, 12)
    done = stop(prepared, "retrain", when=lambda said: "epoch 1" in said, how=how)
    assert sentence_of(done, 128 + how) == (
        "Stopped; no version was made, and version 0 is in use as before."
    )
    assert [version.number for version in versions.listing(base(prepared))] == [0]
    assert not list((prepared / "models" / "versions").glob("*.part"))


@pytest.mark.long
def test_a_retraining_that_is_stopped_when_it_is_done_says_that_it_is(
    prepared: Path, drawn: list[StrokesLine]
) -> None:
    keep_some(prepared, drawn, 12)
    card = versions.folder(base(prepared), 1) / "version.json"
    done = stop(prepared, "retrain", when=lambda _said: card.exists())
    in_use = versions.chosen(base(prepared))[0].number
    if done.returncode == 0:
        # It was quicker than the signal.
        assert in_use == 1
    else:
        assert "version 1 was complete by then" in sentence_of(done)
        assert ("and is in use" in done.stderr) == (in_use == 1)


def test_a_comparison_that_is_stopped_is_no_run(prepared: Path) -> None:
    done = stop(prepared, "compare", "--mnist", 2000, when=lambda said: "epoch 1" in said)
    assert "no run was kept" in sentence_of(done)
    assert runs.listing(prepared) == []


@pytest.mark.long
def test_a_study_that_is_stopped_goes_on_from_there(prepared: Path) -> None:
    def kept() -> int:
        return len(list((prepared / "data" / "studies").glob("*/*.json")))

    plan = "study", "--sizes", "50,100,200", "--seeds", "0,1,2", "--classifiers", "knn,svm"
    done = stop(prepared, *plan, when=lambda _said: kept() > 0)
    assert sentence_of(done).startswith(f"Stopped; {kept()} new cell")
    assert 0 < kept() < 18


def test_what_is_written_is_told_from_what_is_not(tmp_path: Path) -> None:
    file, home = tmp_path / "new.keras", tmp_path / "home"
    options = argparse.Namespace(out=file, file=file)
    for command in (Train(), WriteSheet()):
        file.unlink(missing_ok=True)
        sentence = command.watch(options, home)
        assert "complete" not in sentence()
        file.write_text("whole")
        assert f"{file} was complete by then" in sentence()
        # A file of an earlier run is not taken for the one that this run writes.
        assert "complete" not in command.watch(options, home)()


def test_mnist_that_is_stopped_is_not_stored(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/"
    environment = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY"), nowhere)
    environment |= {"no_proxy": "", "NO_PROXY": "", "KERAS_HOME": str(tmp_path / "keras")}
    environment |= {"PIP_INDEX_URL": nowhere, "PIP_CONFIG_FILE": os.devnull}
    done = stop(tmp_path, "mnist", when=lambda said: "with Keras" in said, **environment)
    assert "MNIST is not stored" in sentence_of(done)


class StoppedWhenThrownAway:
    """Gets the signal at a moment at which Python forgets what it raises."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)
        # The handler runs between two steps of Python, here at the latest.
        for _step in range(10):
            pass


def go_on_after_a_signal() -> None:
    with stopping.Signals().listening():
        thrown_away = StoppedWhenThrownAway()
        del thrown_away
        wait_for(lambda: False, seconds=10.0)


def test_a_signal_is_not_lost_while_an_object_is_thrown_away() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    # What is started in the background may have been told to ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            go_on_after_a_signal()
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


# --- digits ------------------------------------------------------------------------------
def test_a_prediction_that_is_stopped_changes_nothing(home: Path, drawn: list[StrokesLine]) -> None:
    file = MAIN.parent / "classroom" / "assets" / "lesson.jsonl"
    asked = "predict", file, "--classifier", "svm"
    done = stop(home, *asked, when=lambda said: "SVM" in said)
    assert "your digits and versions are as they were" in sentence_of(done)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of 30,000 digits, which takes seconds to read and to keep."""
    file = tmp_path / "many.npz"
    rng = np.random.default_rng(0)
    images = np.zeros((30_000, 28, 28), np.uint8)
    images[:, 4:24, 9:19] = rng.integers(100, 256, (30_000, 20, 10), np.uint8)
    labels = rng.integers(0, 10, 30_000).astype(np.uint8)
    np.savez(file, x_train=images, y_train=labels)
    return file


def test_an_import_that_is_stopped_while_it_reads_adds_nothing(home: Path, many: Path) -> None:
    def reading(_said: str) -> bool:
        return any((home / "data").glob(".importing-*"))

    done = stop(home, "dataset", "import", many, when=reading)
    assert "nothing was imported" in sentence_of(done)
    assert count(home) == 0


@pytest.mark.long
def test_an_import_that_is_stopped_while_it_keeps_says_which_it_was(home: Path, many: Path) -> None:
    def keeping(_said: str) -> bool:
        return sum(file.stat().st_size for file in (home / "data").glob("samples*")) > 2**20

    done = stop(home, "dataset", "import", many, when=keeping)
    kept = count(home)
    if done.returncode == 0:
        # It was quicker than the signal.
        assert kept > 0
    elif kept:
        assert f"{kept:,} samples were added" in sentence_of(done)
    else:
        assert "nothing was imported" in sentence_of(done)


@pytest.mark.long
def test_an_export_that_is_stopped_leaves_the_digits(home: Path, many: Path) -> None:
    with Dataset(store_url(home)) as store:
        from classroom.datasets.importing import import_paths

        import_paths(store, [many])
    before = count(home)
    target = home / "out"

    def writing(_said: str) -> bool:
        return any(home.glob("*out*")) or any(home.glob(".*out*"))

    done = stop(home, "dataset", "export", target, when=writing)
    assert "your digits were" not in sentence_of(done)
    assert "as they were" in done.stderr
    assert count(home) == before


# --- the window --------------------------------------------------------------------------
def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs."""
    own = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text().splitlines()
        except OSError:
            continue  # it has just ended
        if f"PPid:\t{pid}" in lines:
            own.append(int(status.parent.name))
    return own + [inner for each in own for inner in children_of(each)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a virtual screen")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_window_is_closed_and_nothing_is_left_running(
    prepared: Path, display: str, how: signal.Signals
) -> None:
    # SVM and k-NN ready means that the window, the engine and a job have begun.
    started: list[int] = []

    def running(_said: str) -> bool:
        own = children_of(os.getpid())
        windows = [pid for pid in own if bytes(prepared) in command_of(pid)]
        inner = [pid for window in windows for pid in children_of(window)]
        # The engine, which starts when the window stands.
        started[:] = [pid for pid in inner if b"spawn_main" in command_of(pid)]
        return bool(started)

    done = stop(prepared, when=running, how=how, DISPLAY=display)
    assert "every digit that it called kept is in the store" in sentence_of(done, 128 + how)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), 30)


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a virtual screen")
@pytest.mark.long
def test_a_lesson_that_is_stopped_says_what_it_has_kept(prepared: Path, display: str) -> None:
    report = prepared / "report"

    def kept(_said: str) -> bool:
        return (prepared / "data" / "samples.sqlite").exists() and count(prepared) > 2

    done = stop(prepared, "lesson", "--report", report, when=kept, DISPLAY=display)
    sentence = sentence_of(done)
    assert "the report was not written" in sentence
    assert f"{count(prepared):,} digits that it has drawn are kept" in sentence
