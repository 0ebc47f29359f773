"""What all benchmarks share: their options, their home, and RESULTS.md."""

import argparse
import contextlib
import datetime
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From the checkout, whether the project is installed or not.
for folder in (ROOT, ROOT / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# Where a benchmark imports Keras before the package that chooses its backend does.
os.environ["KERAS_BACKEND"] = "tensorflow"

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
LESSON = ROOT / "classroom" / "assets" / "lesson.jsonl"
LIBRARIES = ("numpy", "keras", "tensorflow-cpu", "tensorflow", "scikit-learn")
LIBRARIES += ("scikit-learn-intelex", "matplotlib", "pillow", "SQLAlchemy")
STATISTICS = {"min": 0, "median": 50, "p95": 95, "p99": 99, "max": 100}


@dataclass(frozen=True)
class Figure:
    """One figure and its goal.

    Attributes
    ----------
    what : str
    values : sequence of float
        One a measurement.
    unit : str
        As Python's format: ``"{:.2f} s"``.
    at_most, at_least : float or None
        The goal.
    judged : str
        Which of `STATISTICS` has to reach it.
    """

    what: str
    values: Sequence[float]
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    judged: str = "p95"

    def row(self, statistics: Sequence[str]) -> str:
        """Return the row of the table, with these of `STATISTICS`."""
        import numpy as np

        found = {name: float(np.percentile(self.values, q)) for name, q in STATISTICS.items()}
        cells = [self.what, str(len(self.values))]
        cells += [self.unit.format(found[name]) for name in statistics]
        cells += self._verdict(found[self.judged])
        return "| " + " | ".join(cells) + " |"

    def _verdict(self, value: float) -> list[str]:
        if self.at_most is not None:
            goal, reached = f"at most {self.unit.format(self.at_most)}", value <= self.at_most
        elif self.at_least is not None:
            goal, reached = f"at least {self.unit.format(self.at_least)}", value >= self.at_least
        else:
            return ["", ""]
        if len(self.values) > 1:
            goal = f"{self.judged} {goal}"
        return [goal, "yes" if reached else "**no**"]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown."""
    several = any(len(one.values) > 1 for one in figures)
    statistics = list(STATISTICS) if several else ["median"]
    titles = ["what", "n", *(statistics if several else ["value"]), "goal", "reached"]
    rule = "|" + " --- |" * len(titles)
    rows = [one.row(statistics) for one in figures]
    return "\n".join(["| " + " | ".join(titles) + " |", rule, *rows])


def record(section: str, body: str, options: argparse.Namespace) -> None:
    """Print a section; put it into RESULTS.md, in the place of the one before."""
    # Files by their names alone: where they lie here says nothing to others.
    given = [Path(one).name if Path(one).exists() else one for one in sys.argv[1:]]
    command = shlex.join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *given])
    today = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    text = f"## {section}\n\n`{command}`, {today}\n\n{body}\n\n{machine(options.load)}\n"
    print(text)
    if options.print_only:
        return
    head, *sections = RESULTS.read_text(encoding="utf-8").split("\n## ")
    kept = {one.partition("\n")[0]: one.rstrip("\n") + "\n" for one in sections}
    kept[section] = text.removeprefix("## ")
    whole = "\n## ".join([head.rstrip("\n") + "\n", *kept.values()])
    RESULTS.write_text(whole, encoding="utf-8")


def machine(load: float) -> str:
    """Return one line about this machine; `load` is what else ran when the benchmark began."""
    libraries = []
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            libraries.append(f"{name} {metadata.version(name)}")
    parts = [
        _processor(),
        f"{usable_cores()} cores",
        f"{_memory_gib():.1f} GiB of memory",
        _system(),
        f"load {load:.1f} before",
        f"Python {platform.python_version()}",
        *libraries,
    ]
    return "Machine: " + ", ".join(parts) + "."


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    with contextlib.suppress(OSError, KeyError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{platform.system()} {platform.release()}"


def _memory_gib() -> float:
    if not hasattr(os, "sysconf"):
        return float("nan")
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def parser(description: str | None, runs: int | None = None) -> argparse.ArgumentParser:
    """Return a parser with the options of all benchmarks."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument(
        "--home",
        type=Path,
        default=None,
        metavar="DIR",
        help="take MNIST from this home; nothing in it is changed (default: the program's own)",
    )
    made.add_argument("--print-only", action="store_true", help="leave RESULTS.md as it is")
    if runs is not None:
        made.add_argument(
            "--runs", type=int, default=runs, metavar="N", help="default: %(default)s"
        )
    made.set_defaults(load=os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
    return made


def add_starts(parser: argparse.ArgumentParser) -> None:
    """Add ``--start``: one or several of the shipped networks."""
    from classroom.starts import Start

    parser.add_argument(
        "--start",
        nargs="+",
        type=Start,
        choices=list(Start),
        default=list(Start),
        metavar="|".join(str(start.value) for start in Start),
        help="the shipped networks to start from (default: all)",
    )


@contextlib.contextmanager
def fresh_home(options: argparse.Namespace, mnist_too: bool = True) -> Iterator[Path]:
    """Give a new home with MNIST and nothing else; it is gone afterwards."""
    from classroom import paths
    from classroom.datasets import mnist

    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        if mnist_too:
            (home / "data").mkdir()
            there = mnist.cache_file(options.home or paths.default_home())
            if there.is_file():
                shutil.copy(there, mnist.cache_file(home))
            mnist.fetch(home, progress=lambda _title, _done: None, cancelled=lambda: False)
        yield home


@contextlib.contextmanager
def display() -> Iterator[None]:
    """Use the display there is; where there is none, a virtual one."""
    import start

    with contextlib.nullcontext() if start.has_display(os.environ) else start.virtual_display():
        yield


def keep_own(home: Path, practice: int, strokes: Path = LESSON) -> None:
    """Keep digits of a strokes file until `practice` of them are for practice."""
    from classroom.datasets.dataset import Dataset, Sample
    from classroom.paths import store_url
    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    with Dataset(store_url(home)) as store:
        for line in read_strokes_file(strokes):
            if isinstance(line, StrokesLine) and line.label is not None:
                image = from_strokes(line.strokes)
                store.keep(Sample(image, line.label, line.writer or "", "drawn", line.strokes))
            if store.stats()["practice"] == practice:
                return
    raise SystemExit(f"{strokes} holds fewer than {practice} digits for practice")


def main_command(home: Path, *arguments: object) -> list[str]:
    """Return the command line that runs `main.py`."""
    return [sys.executable, str(ROOT / "main.py"), "--home", str(home), *map(str, arguments)]
