"""Who can read what the program writes: the modes of every file, with the usual umask of 022."""

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calls import answer, run_code
from places import LESSON, SMALL_MNIST
from store_support import POSIX, a_sample, url_of

from classroom import privacy
from classroom.datasets import backups
from classroom.datasets.dataset import Dataset

pytestmark = POSIX

# Everything that writes personal things, one command after the other, in one process: it
# begins with what most systems begin with, files that everybody can read.
EVERYTHING = """
import json, os, sys
from pathlib import Path
os.umask(0o022)
from classroom.datasets import backups, mnist_files
from classroom.cli import main as cli
from classroom import paths
from classroom.datasets.database import store_file
from classroom.datasets.dataset import Dataset
home, lesson, small, digits, learning = sys.argv[1:]
sums = mnist_files.checksums(mnist_files.read_npz(Path(small), "the tests"))
for command in [
    ["dataset", "import", lesson],
    ["dataset", "import", digits, "--writer", "Zora"],
    ["retrain"],
    ["compare", "--mnist", "300", "--classifiers", "knn,svm_features"],
    ["study", "--sizes", "100", "--seeds", "0", "--classifiers", "knn"],
    ["report", f"{home}/report", "--plots", "digits,disagree"],
    ["sheet", f"{home}/sheet.pdf", "--writer", "Zora"],
    ["dataset", "export", f"{home}/export", "--format", "png,npz,idx,strokes,zip"],
]:
    if learning == "all" or command[0] not in ("retrain", "study"):
        assert cli.main(["--home", home, *command], checksums=sums) == 0, command
with Dataset(paths.store_url(Path(home))) as store:
    # With the store open, its log lies beside it.
    assert store.undo() and store.redo()
    assert backups.make(store_file(paths.store_url(Path(home))), 0)
    assert Path(f"{store_file(paths.store_url(Path(home)))}-wal").stat().st_size
    modes = {str(path): path.stat().st_mode for path in Path(home).rglob("*")}
print(json.dumps(modes))
"""


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Path, str], dict[Path, int]]:
    """A function that does everything in a home, or some of it; returns each file's mode."""

    def write(home: Path, learning: str) -> dict[Path, int]:
        (home / "data").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SMALL_MNIST, home / "data" / "mnist.npz")
        digits = tmp_path / "digits.jsonl"
        lines = LESSON.read_text(encoding="utf-8").splitlines()[:30]
        digits.write_text("\n".join(lines), encoding="utf-8")
        done = run_code(EVERYTHING, home, LESSON, SMALL_MNIST, digits, learning, timeout=110)
        found = json.loads(done.stdout.splitlines()[-1])
        return {Path(name): mode for name, mode in found.items()}

    return write


def test_nobody_else_can_read_what_is_written(
    tmp_path: Path, written: Callable[[Path, str], dict[Path, int]]
) -> None:
    home = tmp_path / "home"
    modes = written(home, "all")
    made_here = {home / "data", home / "data" / "mnist.npz"}
    open_to_others = {path for path, mode in modes.items() if mode & 0o077}
    assert open_to_others == made_here
    kinds = "wal shm backups/ run.json answers.npz studies/ version.json .npz .jsonl .zip .png .pdf"
    names = " ".join(map(str, modes))
    assert all(kind in names for kind in (*kinds.split(), "report.html", "classroom.log"))


def test_a_home_of_a_group_is_for_the_group_and_for_nobody_else(
    tmp_path: Path, written: Callable[[Path, str], dict[Path, int]]
) -> None:
    home = tmp_path / "class"
    (home / "data").mkdir(parents=True)
    for folder in (home, home / "data"):
        folder.chmod(0o2770)
    modes = written(home, "some")
    del modes[home / "data" / "mnist.npz"]
    for path, mode in modes.items():
        assert not mode & stat.S_IRWXO, path
        # The group may do all that the owner may: two windows write one store.
        assert mode >> 3 & 7 == mode >> 6 & 7, path


def test_a_new_home_is_closed_as_a_whole(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    answer(home, "dataset", "import", LESSON)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_what_was_left_open_before_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run = home / "data" / "runs" / "0001" / "run.json"
    run.parent.mkdir(parents=True)
    run.write_text("{}")
    mnist, report = home / "data" / "mnist.npz", home / "report.html"
    elsewhere = tmp_path / "elsewhere"
    for file in (mnist, report, elsewhere):
        file.touch()
    (home / "data" / "samples-damaged-1.sqlite").symlink_to(elsewhere)
    with Dataset(url_of(home / "data" / "samples.sqlite")) as dataset:
        dataset.keep(a_sample(1))
    for path in (home / "data" / "samples.sqlite", elsewhere):
        path.chmod(0o644)
    answer(home, "dataset", "stats")
    assert stat.S_IMODE((home / "data" / "samples.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(run.stat().st_mode) == 0o600
    assert stat.S_IMODE(run.parent.parent.stat().st_mode) == 0o700
    # The user's own folder, what is nobody's secret, and what a link leads to stay as they are.
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in (mnist, report, elsewhere)} == {0o644}


def test_a_store_is_private_for_other_programs_too(tmp_path: Path) -> None:
    """Python code that opens a store does not pass through the command line."""
    file = tmp_path / "data" / "samples.sqlite"
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
        backup = backups.make(file)
        assert backup is not None
        files = [file, Path(f"{file}-wal"), Path(f"{file}-shm"), backup.file]
        assert [stat.S_IMODE(one.stat().st_mode) for one in files] == [0o600] * 4


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o2770, 0o660), (0o755, 0o600)])
def test_an_export_is_for_those_whom_its_folder_is_for(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    folder, home = tmp_path / "hand-in", tmp_path / "home"
    folder.mkdir()
    folder.chmod(folder_mode)
    answer(home, "dataset", "import", LESSON)
    answer(home, "dataset", "export", folder / "digits.zip")
    answer(home, "dataset", "export", folder / "pictures", "--format", "png")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 103
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {file_mode}


def test_a_folder_below_that_of_a_group_is_the_groups_as_long_as_it_may_write(
    tmp_path: Path,
) -> None:
    below = tmp_path / "class" / "data" / "runs"
    below.mkdir(parents=True)
    (tmp_path / "class").chmod(0o2770)
    # As macOS makes them: without the mark.
    for folder in (below.parent, below):
        folder.chmod(0o770)
    assert privacy.is_shared(below)
    below.parent.chmod(0o750)
    assert not privacy.is_shared(below)


def test_an_access_list_that_a_teacher_has_set_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not privacy.is_shared(tmp_path)
    assert not privacy.is_shared(tmp_path / "not there")
    # Not every disk that tests run on has access lists; the call is Linux' own.
    monkeypatch.setattr(os, "listxattr", lambda _path: ["system.posix_acl_default"], raising=False)
    assert privacy.is_shared(tmp_path)
