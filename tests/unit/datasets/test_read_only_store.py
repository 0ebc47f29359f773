"""A store on a disk, or in a folder, that cannot be written: it is looked at, and that is said."""

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calls import run_code
from PIL import Image
from store_support import POSIX, a_sample, mounted, read_only, url_of

from classroom.cli import main
from classroom.datasets.dataset import Dataset, DatasetError
from classroom.preprocessing.digits import from_strokes

WHY = "classroom.datasets.read_only.why_not_writable"

pytestmark = POSIX

COMMAND = """
import contextlib, io, json, os, sys
# All is imported now: another user may have no right to read this checkout.
from classroom.cli import main as cli, parser
from classroom.datasets import edit_sentences, exporting, importing
from classroom.datasets.dataset import Dataset
parser.commands()
Dataset("sqlite://").close()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for words in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(words)
    print(json.dumps([status, out.getvalue(), err.getvalue()]))
"""


def as_user(*commands: list[str]) -> list[tuple[int, str, str]]:
    """Run commands as somebody who is not root; returns status, stdout and stderr of each."""
    said = run_code(COMMAND, json.dumps(commands)).stdout
    return [tuple(json.loads(line)) for line in said.splitlines()]  # type: ignore[misc]


@pytest.fixture
def public_home() -> Iterator[Path]:
    """A home with a store of five digits that every user may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        with Dataset(url_of(home / "data" / "samples.sqlite")) as dataset:
            for number in range(5):
                dataset.keep(a_sample(number))
        yield home
        for path in [home, *home.rglob("*")]:
            path.chmod(0o755)


def closed_folder(home: Path) -> None:
    (home / "data").chmod(0o555)
    (home / "data" / "samples.sqlite").chmod(0o666)


def closed_file(home: Path) -> None:
    (home / "data").chmod(0o777)
    (home / "data" / "samples.sqlite").chmod(0o444)


def both_closed(home: Path) -> None:
    (home / "data").chmod(0o555)
    (home / "data" / "samples.sqlite").chmod(0o444)


@pytest.mark.parametrize("close", [closed_folder, closed_file, both_closed])
@pytest.mark.parametrize("with_log", [False, True])
def test_who_may_not_write_reads_and_exports_all_the_same(
    public_home: Path, close: Callable[[Path], None], with_log: bool
) -> None:
    store = public_home / "data" / "samples.sqlite"
    public_home.chmod(0o755)
    if with_log:
        leave_a_log(store)
    count = 6 if with_log else 5
    close(public_home)
    for file in public_home.glob("data/*-*"):
        file.chmod(0o444)
    out = tempfile.mkdtemp()
    os.chmod(out, 0o777)
    try:
        home = ["--home", str(public_home), "dataset"]
        stats, export, keep = as_user(
            [*home, "stats"], [*home, "export", f"{out}/d.npz"], [*home, "undo"]
        )
    finally:
        shutil.rmtree(out)
    assert (stats[0], export[0], keep[0]) == (0, 0, 1)
    assert f"{count} samples" in stats[1]
    assert f"{count} samples written" in export[1]
    for _status, _out, err in (stats, export, keep):
        assert "No digit can be kept here" in err
        assert "cannot be written by you" in err


def leave_a_log(store: Path) -> None:
    """Have a program that is killed keep one digit more: it is in the log alone."""
    code = (
        "import os, sys; import numpy as np\n"
        "from classroom.datasets.dataset import Dataset, Sample\n"
        "store = Dataset(sys.argv[1])\n"
        "store.keep(Sample(np.full((28, 28), 9, np.uint8), 3, 'ann', 'drawn'))\n"
        "os._exit(0)"
    )
    run_code(code, url_of(store))
    assert Path(f"{store}-wal").stat().st_size


def test_predict_works_in_a_home_that_cannot_be_written(
    home: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    three = [(10.0, 10.0), (60.0, 10.0), (35.0, 45.0), (60.0, 70.0), (40.0, 95.0), (10.0, 85.0)]
    picture = tmp_path_factory.mktemp("pictures") / "three.png"
    Image.fromarray(255 - from_strokes([three])).save(picture)
    with read_only(home):
        assert main.main(["--home", str(home), "predict", str(picture)]) == 0
    assert "CNN: 3" in capsys.readouterr().out


def test_a_disk_that_is_mounted_read_only_is_looked_at_and_written_when_it_can(
    tmp_path: Path,
) -> None:
    with mounted(tmp_path / "disk", "4m") as remount:
        file = tmp_path / "disk" / "data" / "samples.sqlite"
        with Dataset(url_of(file)) as dataset:
            dataset.keep(a_sample(1))
        remount("ro")
        with Dataset(url_of(file)) as dataset:
            assert "No digit can be kept here" in dataset.news()[0]
            assert dataset.stats()["total"] == 1
            with pytest.raises(DatasetError, match="No digit can be kept here"):
                dataset.keep(a_sample(2))
            remount("rw")
            assert dataset.keep(a_sample(2)).edit
            assert "can be kept in" in dataset.news()[0]
            assert dataset.undo() is not None
        with Dataset(url_of(file)) as dataset:
            assert dataset.stats()["total"] == 1


@pytest.mark.parametrize("with_log", [False, True])
def test_a_full_disk_is_looked_at_and_written_when_there_is_room(
    tmp_path: Path, with_log: bool
) -> None:
    with mounted(tmp_path / "disk", "1m"):
        file = tmp_path / "disk" / "data" / "samples.sqlite"
        with Dataset(url_of(file)) as dataset:
            dataset.keep(a_sample(1))
        if with_log:
            leave_a_log(file)
            Path(f"{file}-shm").unlink()
        filler = tmp_path / "disk" / "filler"
        with contextlib.suppress(OSError), filler.open("wb", 0) as opened:
            while True:
                opened.write(b"\0" * 4096)
        count = 2 if with_log else 1
        with Dataset(url_of(file)) as dataset:
            assert dataset.stats()["total"] == count
            with pytest.raises(DatasetError, match="full"):
                dataset.keep(a_sample(2))
            filler.unlink()
            assert dataset.keep(a_sample(2)).edit
        with Dataset(url_of(file)) as dataset:
            assert dataset.stats()["total"] == count + 1


def test_what_others_keep_in_a_store_that_is_looked_at_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data" / "samples.sqlite"
    with Dataset(url_of(file)) as teacher:
        teacher.keep(a_sample(1))
        with monkeypatch.context() as patch:
            # The rights of a student, whose teacher has the store open at this moment.
            patch.setattr(WHY, lambda _file: "it is the teacher's")
            with Dataset(url_of(file)) as student:
                assert student.stats()["total"] == 1
                assert not student.changed_elsewhere()
                teacher.keep(a_sample(2))
                assert student.changed_elsewhere()
                assert student.stats()["total"] == 2
                with pytest.raises(DatasetError, match="it is the teacher's"):
                    student.delete(student.listing().ids.tolist())
        assert teacher.stats()["total"] == 2


def test_an_older_store_that_cannot_be_written_is_read_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data" / "samples.sqlite"
    with Dataset(url_of(file)) as dataset:
        dataset.keep(a_sample(1))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE schema_version SET version = 1")
        for table in ("edits", "changes", "scores"):
            connection.execute(f"DROP TABLE {table}")
    connection.close()
    before = file.read_bytes()
    monkeypatch.setattr(WHY, lambda _file: "it is not yours")
    with Dataset(url_of(file)) as dataset:
        assert dataset.stats()["total"] == 1
        assert dataset.steps() == (0, 0)
    assert file.read_bytes() == before
