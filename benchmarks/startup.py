"""How long from the start of the process to the first paint, and to the CNN's first answer.

Each run is a fresh process that does what `main.py` does without a command; the
clock starts before the process does. The digit is drawn, by the window's own
events, as soon as the window is painted.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import results


def one_start(home: Path) -> dict[str, float]:
    script = Path(__file__).with_name("watched_window.py")
    command = [sys.executable, str(script), "answer", repr(time.monotonic()), str(home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    stamps: dict[str, float] = json.loads(done.stdout)
    return stamps


def main() -> None:
    options = results.parser(__doc__, runs=20).parse_args()
    with results.display(), results.fresh_home(options) as home:
        one_start(home)  # compiles what was never run before, and fills the disk's cache
        runs = [one_start(home) for _ in range(options.runs)]
    figures = [
        results.Figure("start to first paint", [r["paint"] for r in runs], "{:.2f} s", 0.5),
        results.Figure("start to first CNN answer", [r["answer"] for r in runs], "{:.2f} s", 5),
    ]
    note = "Fresh processes; the files were read once before, in a run that does not count."
    results.record("Start", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
