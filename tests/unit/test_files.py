"""A file is replaced as a whole or stays as it was, whatever happens while it is written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from classroom import files


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("old")
    with files.replacing(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
        assert temporary.parent == tmp_path
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def half_written(target: Path, *, folder: bool) -> None:
    with files.replacing(target) as temporary:
        if folder:
            temporary.mkdir()
            temporary /= "1.png"
        temporary.write_text("half")
        raise KeyboardInterrupt


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        half_written(target, folder=False)
    with pytest.raises(KeyboardInterrupt):
        half_written(tmp_path / "export", folder=True)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_takes_the_place_of_an_empty_one_only(tmp_path: Path) -> None:
    target = tmp_path / "export"
    target.mkdir()
    with files.replacing(target) as temporary:
        temporary.mkdir()
        (temporary / "1.png").write_bytes(b"whole")
    assert [path.name for path in target.iterdir()] == ["1.png"]
    with pytest.raises(OSError, match="not empty"), files.replacing(target) as temporary:
        temporary.mkdir()
    assert [path.name for path in target.iterdir()] == ["1.png"]


def test_a_killed_process_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("old")
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from classroom import files\n"
        "with files.replacing(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], timeout=60)
    assert done.returncode < 0
    assert target.read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_who_may_read_the_folder_may_read_what_is_handed_over(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        shared = tmp_path / "class"
        shared.mkdir()
        shared.chmod(0o2770)
        for folder, mode in ((tmp_path, 0o600), (shared, 0o660)):
            with files.replacing(folder / "report.html", handed_over=True) as temporary:
                temporary.write_text("digits")
            assert (folder / "report.html").stat().st_mode & 0o777 == mode
    finally:
        os.umask(before)
