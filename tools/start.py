"""Install what is missing, then start Digit Classroom, run its tests or derive its figures.

python tools/start.py run [arguments of main.py]
python tools/start.py test [arguments of pytest]
python tools/start.py test-all [arguments of pytest]    runs what `test` leaves out
python tools/start.py networks [HOME]                   runs tools/derive_networks.py
"""

# Standard library only, and compatible with Python 3.9; see system.py.

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from environment import LOG, PYTHON, VENV, prepare
from system import ROOT, SetupError, install_packages, say

from classroom.i18n import _
from classroom.startup import use_utf8

REPORT = ROOT / "report"
CHECKS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy"],
}


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status."""
    if not arguments or arguments[0] not in ("run", "test", "test-all", "networks"):
        print(__doc__, file=sys.stderr)
        return 2
    # Exit normally on these signals, so that the virtual display is ended too.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *about: sys.exit(1))
    give_a_home()
    try:
        if arguments[0] == "run":
            return run(list(arguments[1:]))
        if arguments[0] == "networks":
            prepare()
            tool = ROOT / "tools" / "derive_networks.py"
            return subprocess.call([str(PYTHON), str(tool), *arguments[1:]])
        return test(list(arguments[1:]), long=arguments[0] == "test-all")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            _(
                "Cannot write here: {error}. Put Digit Classroom into a folder of your own "
                "with 3 GB free, and start again."
            ).format(error=error),
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(_("Stopped. The next start picks up from here."), file=sys.stderr)
        return 130


def run(arguments: list[str]) -> int:
    """Start `main.py`; if there is no display, start the lesson on a virtual one."""
    if has_display(os.environ):
        prepare()
        return become(arguments)
    if not names_a_command(arguments):
        arguments = [*arguments, "lesson", "--report", str(REPORT)]
    if "lesson" not in arguments:
        prepare()
        return become(arguments)
    need_xvfb()
    prepare()
    say(
        _(
            "No display here: the lesson runs on a virtual one, without a hand on the mouse. "
            "At its end, in a few minutes, it says where its report lies."
        )
    )
    with virtual_display():
        return subprocess.call([str(PYTHON), str(ROOT / "main.py"), *arguments])


def test(arguments: list[str], *, long: bool) -> int:
    """Run the style checks, mypy and pytest, or only the long tests; return 1 if one fails."""
    on_xvfb = sys.platform.startswith("linux")
    # A virtual display is used even if there is a real one, so that no windows pop up on it.
    if on_xvfb and not shutil.which("Xvfb"):
        on_xvfb = not has_display(os.environ)
    if on_xvfb:
        need_xvfb()
    prepare("test")
    # Two processes need two virtual displays; on a desktop they would share the real one.
    side_by_side = ["-n", "2", "--dist", "loadfile"] if on_xvfb else []
    pytest = ["pytest", *(["--long"] if long else []), *side_by_side, *arguments]
    checks = {"pytest": pytest} if long else {**CHECKS, "pytest": pytest}
    failed = []
    with contextlib.ExitStack() as stack:
        left_out = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "left-out"
        os.environ["CLASSROOM_LEFT_OUT"] = str(left_out)
        if on_xvfb:
            stack.enter_context(virtual_display())
        for name, check in checks.items():
            say(f"--- {name}")
            if subprocess.call([str(PYTHON), "-m", *check], cwd=ROOT):
                failed.append(name)
        sentence = left_out.read_text(encoding="utf-8") if left_out.exists() else ""
    if failed:
        print(_("Failed: {checks}").format(checks=", ".join(failed)), file=sys.stderr)
        return 1
    say(_("All checks passed. {left_out}").format(left_out=sentence).rstrip())
    return 0


def become(arguments: Sequence[str]) -> int:
    """Replace this process by `main.py`."""
    command = [str(PYTHON), str(ROOT / "main.py"), *arguments]
    if sys.platform == "win32":
        # On Windows, exec would return to the shell at once.
        return subprocess.call(command)
    os.execv(command[0], command)


def names_a_command(arguments: Sequence[str]) -> bool:
    """Return whether the arguments of `main.py` contain a command, and so open no window."""
    rest = [one for one in arguments if not one.startswith("--home=")]
    if rest[:1] == ["--home"]:
        rest = rest[2:]
    return bool(rest)


def has_display(environ: Mapping[str, str]) -> bool:
    """Return whether there is a display for windows."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def need_xvfb() -> None:
    """Install Xvfb if it is missing."""
    if not shutil.which("Xvfb"):
        VENV.mkdir(parents=True, exist_ok=True)
        install_packages(("xvfb",), LOG)


@contextlib.contextmanager
def virtual_display() -> Iterator[None]:
    """Run Xvfb, a virtual display, and set DISPLAY to it.

    Raises
    ------
    SetupError
        If Xvfb does not start; the message contains its output.
    """
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24"]
    with tempfile.TemporaryFile() as errors:
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp"],
            pass_fds=[write_end],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            # Ctrl+C must not reach Xvfb, because the tests need the display until they end.
            start_new_session=True,
        )
        os.close(write_end)
        try:
            with os.fdopen(read_end) as pipe:
                number = pipe.readline().strip()
            if not number:
                errors.seek(0)
                raise SetupError(
                    _("Xvfb, the virtual display, does not start:\n{output}").format(
                        output=errors.read().decode(errors="replace").strip()
                    )
                )
            os.environ["DISPLAY"] = f":{number}"
            os.environ.pop("WAYLAND_DISPLAY", None)
            yield
        finally:
            server.terminate()
            server.wait()


def give_a_home() -> None:
    """Set HOME if it is missing or empty, because pip, Keras and Matplotlib write files there."""
    if sys.platform == "win32" or os.environ.get("HOME"):
        return
    os.environ.pop("HOME", None)
    home = os.path.expanduser("~")
    # "~" is not expanded for a user without an entry in the user database, as in some containers.
    os.environ["HOME"] = str(VENV) if home == "~" else home


if __name__ == "__main__":
    use_utf8()
    sys.exit(main(sys.argv[1:]))
