"""Sees what a file makes the program do that no file may: run something, write elsewhere."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUNS = {
    "pickle.find_class", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn",
    "subprocess.Popen", "socket.connect", "socket.getaddrinfo",
    "sqlite3.enable_load_extension", "sqlite3.load_extension",
}  # fmt: skip
WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_home: Path | None = None
_seen: list[str] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _home is None:
        return
    if event in RUNS:
        _seen.append(f"{event} {arguments!r}"[:200])
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        _look(event, arguments[0])
    elif event in WRITES and arguments[-1] in (-1, None):
        # else the name is one in a folder that is open, and that was looked at
        for path in arguments[:2]:
            _look(event, path)


def _look(event: str, path: object) -> None:
    if isinstance(path, str | bytes | os.PathLike) and _home is not None:
        full = Path(os.path.abspath(os.fsdecode(path)))
        # Python keeps what it has compiled of its own modules beside them.
        allowed = full.is_relative_to(_home) or "__pycache__" in full.parts
        if not allowed and full != Path(os.devnull):
            _seen.append(f"{event} {full}")


sys.addaudithook(_hook)


@contextlib.contextmanager
def only_in(home: Path) -> Iterator[list[str]]:
    """Give a list of what was run, or written outside of `home`; empty is good."""
    global _home
    _seen.clear()
    _home = home.resolve()
    try:
        yield _seen
    finally:
        _home = None
