"""Ten thousand bad files: each is imported or refused in a sentence, and does nothing else.

Each kind of file has its own process with limited memory and time. Hypothesis makes the same
files from the same seed.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import results
from results import ROOT, Figure

sys.path.insert(0, str(ROOT / "tests" / "support"))

MEMORY = 2 * 2**30
# The processor time for one file; other processes do not count.
SECONDS_EACH = 20
SHARES = {
    "strokes": 0.2,
    "npz": 0.2,
    "idx": 0.1,
    "pictures": 0.2,
    "zip": 0.15,
    "store": 0.14,
    "keras": 0.01,
}
STORE_ANEW = 400


def main() -> None:
    options = parsed()
    if options.kind:
        print(json.dumps(fuzz(options.kind, options.examples, options.seed)))
        return
    found = {}
    whole = sum(SHARES[kind] for kind in options.kinds)
    for kind in options.kinds:
        count = max(1, round(options.examples * SHARES[kind] / whole))
        found[kind] = in_a_child(kind, count, options.seed)
        print(kind, found[kind], file=sys.stderr, flush=True)
    report(found, options)


def parsed() -> argparse.Namespace:
    parser = results.parser(__doc__)
    parser.add_argument("--examples", type=int, default=10_500, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    parser.add_argument(
        "--kinds",
        type=lambda text: text.split(","),
        default=list(SHARES),
        metavar="A,B",
        help=f"default: {','.join(SHARES)}",
    )
    parser.add_argument("--kind", default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


def in_a_child(kind: str, count: int, seed: int) -> dict[str, Any]:
    """Run one kind in a process with limits; a process that dies has failed."""
    command = [sys.executable, __file__, "--kind", kind, "--examples", str(count)]
    done = subprocess.run([*command, "--seed", str(seed)], capture_output=True, text=True)
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer
    why = f"exit status {done.returncode}: {done.stderr[-500:]}"
    return {"examples": 0, "refused": 0, "failures": [why], "slowest": 0.0, "memory": 0.0}


def fuzz(kind: str, count: int, seed: int) -> dict[str, Any]:
    """Try `count` files of one kind in this process, and return the outcome."""
    import bad_files
    import bad_networks
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    found: dict[str, Any] = {"examples": 0, "refused": 0, "failures": [], "slowest": 0.0}
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        if kind == "keras":
            attempt = KerasAttempt(folder)
            maker = bad_networks.keras_file
        else:
            attempt = ImportAttempt(folder)  # type: ignore[assignment]
            maker = bad_files.KINDS[kind]
            limit_memory()
        signal.signal(signal.SIGVTALRM, too_long)

        @seeded(seed)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def try_one(data: st.DataObject) -> None:
            found["examples"] += 1
            inside = folder / f"{found['examples']}"
            inside.mkdir()
            maker(data, inside)
            started = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_EACH)
            try:
                found["refused"] += attempt(inside)
            except Exception:
                if len(found["failures"]) < 20:
                    found["failures"].append(traceback.format_exc(limit=-4))
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            found["slowest"] = max(found["slowest"], time.process_time() - started)
            shutil.rmtree(inside)

        try_one()
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def too_long(_signal: int, _frame: object) -> None:
    raise AssertionError(f"took more than {SECONDS_EACH} s")


def limit_memory() -> None:
    # The libraries are loaded already, and have reserved address space that they do not use.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))


class ImportAttempt:
    """Imports a folder into a store, and checks that nothing else is written or run."""

    def __init__(self, folder: Path) -> None:
        from classroom.datasets import importing

        self._import = importing.import_paths
        self._home = folder / "home"
        self._count = 0

    def __call__(self, inside: Path) -> bool:
        """Return whether anything was refused."""
        from watch import only_in

        from classroom.datasets.dataset import Dataset
        from classroom.errors import ClassroomError

        number = self._count // STORE_ANEW
        self._count += 1
        url = f"sqlite:///{self._home / str(number) / 'samples.sqlite'}"
        with Dataset(url) as store, only_in(self._home) as seen:
            try:
                whys = [one.why for one in self._import(store, [inside]).rejected]
            except ClassroomError as error:
                whys = [str(error)]
        assert not seen, seen
        assert not list(self._home.glob("*/.importing-*")), "left behind"
        assert_sentences(whys)
        return bool(whys)


class KerasAttempt:
    """Loads a file as a network."""

    def __init__(self, folder: Path) -> None:
        from classroom.networks.keras_models import load_network

        self._load = load_network
        self._home = folder

    def __call__(self, inside: Path) -> bool:
        """Return whether it was refused."""
        from watch import only_in

        from classroom.errors import ClassroomError

        whys = []
        with only_in(inside) as seen:
            try:
                self._load(inside / "d.keras")
            except ClassroomError as error:
                whys = [str(error)]
        # Keras unpacks the weights into the system's temporary folder, and deletes them.
        elsewhere = [one for one in seen if tempfile.gettempdir() not in one]
        assert not elsewhere, elsewhere
        assert_sentences(whys)
        return bool(whys)


def assert_sentences(whys: list[str]) -> None:
    for why in whys:
        good = len(why) > 5 and why[-1] in ".!?" and "\n" not in why
        assert good, f"no sentence: {why!r}"


def report(found: dict[str, dict[str, Any]], options: argparse.Namespace) -> None:
    total = sum(one["examples"] for one in found.values())
    refused = sum(one["refused"] for one in found.values())
    failures = [why for one in found.values() for why in one["failures"]]
    figures = [
        Figure("bad files", [total], "{:,.0f}", at_least=10_000),
        Figure("of them refused, in a sentence; the rest held digits", [refused], "{:,.0f}"),
        Figure("failures", [len(failures)], "{:.0f}", at_most=0),
        Figure(
            "longest that one file took",
            [max(one["slowest"] for one in found.values())],
            "{:.1f} s",
            at_most=SECONDS_EACH,
        ),
        Figure(
            "largest memory of a process that imports",
            [max((one["memory"] for kind, one in found.items() if kind != "keras"), default=0.0)],
            "{:,.0f} MiB",
            at_most=MEMORY / 2**20,
        ),
    ]
    counts = ", ".join(f"{kind} {one['examples']:,}" for kind, one in found.items())
    text = (
        "A failure is anything but samples or a sentence: another error, a process that dies, "
        "more time (of the processor) or memory than the goal, code that is run, or a file "
        "written outside of the home (seen by an audit hook).\n\n"
        f"Files: {counts}."
    )
    body = "\n\n".join([results.table(figures), text])
    for why in failures:
        print(why, file=sys.stderr)
    results.record("Bad files", body, options)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
