"""How much memory the window and all processes take while idle, once everything is loaded.

PSS: what a process has for itself, and its share of what it has in common with
others; the sum over processes is what the machine has given. RSS counts what is
shared in full for each. Read from /proc, so on Linux only.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import results

MIB = 1024  # kB, as /proc counts


def measure(pid: int) -> dict[str, float]:
    """Return PSS and RSS in MiB of the window and of all processes."""
    found = {}
    everyone = [pid, *descendants(pid)]
    for name in ("Pss", "Rss"):
        sizes = sizes_of(everyone, name)
        found[f"window, {name.upper()}"] = sizes[0]
        found[f"all {len(sizes)} processes, {name.upper()}"] = sum(sizes)
    return found


def sizes_of(pids: list[int], name: str) -> list[float]:
    """Return one of `rollup`'s sums for each process, in MiB."""
    return [rollup(pid)[name] / MIB for pid in pids]


def rollup(pid: int) -> dict[str, int]:
    """Return the sums that Linux keeps of a process's memory, in kB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    return {name: int(rest.split()[0]) for name, _, rest in (one.partition(":") for one in lines)}


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes that `pid` has started, and those that they have."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="utf-8").split():
            yield int(child)
            yield from descendants(int(child))


def main() -> None:
    options = results.parser(__doc__).parse_args()
    script = Path(__file__).with_name("watched_window.py")
    with results.display(), results.fresh_home(options) as home:
        # SVM and k-NN are fitted in the life of a home once; every start after that loads them.
        first = results.main_command(home, "predict", results.LESSON, "--classifier", "svm")
        subprocess.run(first, check=True, capture_output=True)
        with subprocess.Popen(
            [sys.executable, str(script), "idle", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as window:
            assert window.stdin is not None
            assert window.stdout is not None
            figures = []
            for state in ("loaded", "every tab opened, with a plot"):
                if not window.stdout.readline():
                    raise SystemExit("the window has ended too early")
                for what, value in measure(window.pid).items():
                    goal = goal_of(what)
                    figures.append(results.Figure(f"{state}: {what}", [value], "{:.0f} MiB", goal))
                window.stdin.write("\n")
                window.stdin.flush()
    note = "The goals, 150 MB and 1.2 GB, are in MiB here, and judged by PSS."
    results.record("Memory while idle", f"{results.table(figures)}\n\n{note}", options)


def goal_of(what: str) -> float | None:
    """Return the goal in MiB, where there is one."""
    if "PSS" not in what:
        return None
    return 150e6 / 2**20 if what.startswith("window") else 1.2e9 / 2**20


if __name__ == "__main__":
    main()
