"""What is left when the disk, the clock or another program fails at any step of the work.

Digits are kept, imported, undone and exported, and the classifiers retrained and compared,
while a fault happens at one system call: an I/O error, a full disk, a file that another program
removes, moves, replaces or truncates, or a clock that is set. A first run counts the calls of
a step; then the faults are spread over all of them. After each fault a fresh process opens the
home, and what it finds is compared with what the program said. The faults are made by a small
library, tests/support/faulty_disk.c, on Linux with a C compiler. A really full disk is a small
tmpfs, which needs the right to mount one.

Each case is written to faults.jsonl, in the folder of --state, as soon as it is done. An
interrupted run goes on from there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import results
from results import ROOT, Figure

sys.path.insert(0, str(ROOT / "tests" / "support"))

import faulty_disk
from fault_steps import STEPS

Case = tuple[str, str, int]
# The number of all cases, and of those that train, which take seconds each.
CASES, CASES_THAT_LEARN = 1_000, 60
TMPFS = "full-tmpfs"
TMPFS_MIB = {False: 4, True: 64}
JUDGED = {
    "lost": "acknowledged digits, versions and runs lost",
    "wrong": "wrong labels, and versions in use that were not to be",
    "halves": "half imports, versions and runs",
    "untrue": "changes that were made after it was said that nothing was changed",
    "tracebacks": "tracebacks, crashes and refusals without a sentence",
    "not_opened": "stores that could not be opened or recovered",
}


def main() -> None:
    options = parsed()
    why = faulty_disk.why_not()
    if why:
        raise SystemExit(f"Nothing was tried: {why}.")
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as name:
        state = (options.state or Path(name)) / "faults.jsonl"
        with worker(Path(name)) as ask:
            if options.only.count(":") == 2:
                step, fault, at = options.only.split(":")
                cases: Sequence[Case] = [(step, fault, int(at))]
            else:
                cases = planned(ask, options)
            done = run(ask, cases, state)
    report(done, options)


def parsed() -> argparse.Namespace:
    parser = results.parser(__doc__, runs=CASES)
    parser.add_argument("--learning-runs", type=int, default=CASES_THAT_LEARN, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="shifts which calls fail")
    parser.add_argument(
        "--only",
        default="",
        metavar="STEP:FAULT:N",
        help="one step, one fault of it, or one case: keep, keep:removed, keep:removed:17",
    )
    parser.add_argument("--state", type=Path, default=None, metavar="DIR")
    return parser.parse_args()


@contextmanager
def worker(folder: Path) -> Iterator[Any]:
    """Give a function that runs one case in a process with the library loaded."""
    paths = [str(ROOT), str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        **faulty_disk.environment(folder),
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    environment.pop("CLASSROOM_DATABASE", None)
    log = folder / "worker.log"
    with (
        log.open("w") as err,
        subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "support" / "fault_worker.py"), str(folder)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(**case: Any) -> dict[str, Any]:
            print(json.dumps(case), file=process.stdin, flush=True)
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"the worker ended at {case}: {log.read_text()[-2000:]}")
            answer: dict[str, Any] = json.loads(line)
            return answer

        yield ask
        process.stdin.close()


def planned(ask: Any, options: argparse.Namespace) -> list[Case]:
    """Return the cases: the calls of each step and fault, evenly spread."""
    only = (*options.only.split(":"), "")[:2]
    steps = [step for step in STEPS if only[0] in ("", step)]
    faults = [fault for fault in (*faulty_disk.FAULTS, TMPFS) if only[1] in ("", fault)]
    if not steps or not faults:
        raise SystemExit(f"choose of {', '.join(STEPS)}, and of {', '.join(faulty_disk.FAULTS)}")
    if TMPFS in faults and not can_mount():
        print("No tmpfs can be mounted here: the full disk is tried without.", file=sys.stderr)
        faults.remove(TMPFS)
    cases = []
    for learns in (False, True):
        chosen = [(s, f) for s in steps for f in faults if STEPS[s].learns == learns]
        wanted = options.learning_runs if learns else options.runs - options.learning_runs
        room = {pair: calls(ask, *pair) for pair in chosen if wanted}
        for (step, fault), count in shares(room, wanted).items():
            last = room[step, fault]
            cases += [(step, fault, at) for at in spread(last, count, options.seed)]
    return cases


def calls(ask: Any, step: str, fault: str, known: dict[Any, int] = {}) -> int:  # noqa: B006
    """Return the number of calls of a step at which a fault can happen; each is counted once."""
    if fault == TMPFS:
        # The number of pages that stay free, from none to as many as the step needs.
        return 40
    kinds = faulty_disk.FAULTS[fault].kinds
    if (step, kinds) not in known:
        known[step, kinds] = int(ask(step=step, fault="none", at=0, kinds=kinds)["count"])
    return known[step, kinds]


def shares(room: dict[tuple[str, str], int], wanted: int) -> dict[tuple[str, str], int]:
    """Divide `wanted` cases evenly, with at most as many for each pair as it has calls."""
    given = dict.fromkeys(room, 0)
    while sum(given.values()) < wanted:
        open_ = [pair for pair in room if given[pair] < room[pair]]
        if not open_:
            break
        for pair in open_[: wanted - sum(given.values())]:
            given[pair] += 1
    return given


def spread(last: int, count: int, seed: int) -> list[int]:
    """Return `count` numbers from 1 to `last`, evenly spread."""
    return sorted(
        {1 + (seed + (2 * number + 1) * last // (2 * count)) % last for number in range(count)}
    )


def can_mount() -> bool:
    """Whether a small file system can be mounted."""
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name), 1) as there:
        return there


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[bool]:
    """Mount a tmpfs of a few MiB, and give whether that succeeded."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "faults", str(folder)]
    try:
        there = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        there = False
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", str(folder)], check=True)


def run(ask: Any, cases: Sequence[Case], state: Path) -> list[dict[str, Any]]:
    """Run the cases that `state` does not have yet; return the outcome of all."""
    state.parent.mkdir(parents=True, exist_ok=True)
    known = {}
    if state.is_file():
        known = {case_of(one): one for one in map(json.loads, state.open(encoding="utf-8"))}
    done = []
    with state.open("a", encoding="utf-8") as lines:
        for number, case in enumerate(cases, 1):
            answer = known.get(case) or one_case(ask, case)
            if case not in known:
                lines.write(json.dumps(answer) + "\n")
                lines.flush()
            done.append(answer)
            for kind, why in problems(answer):
                print(f"{':'.join(map(str, case))} {kind}: {why}", file=sys.stderr, flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(cases)}", file=sys.stderr, flush=True)
    return done


def one_case(ask: Any, case: Case) -> dict[str, Any]:
    step, fault, at = case
    kinds = faulty_disk.FAULTS[fault].kinds if fault != TMPFS else 0
    if fault != TMPFS:
        return ask(step=step, fault=fault, at=at, kinds=kinds)
    with (
        tempfile.TemporaryDirectory(prefix="faults-disk-") as name,
        small_disk(Path(name), TMPFS_MIB[STEPS[step].learns]) as there,
    ):
        if not there:
            raise SystemExit("no tmpfs can be mounted here")
        return ask(step=step, fault=fault, at=at, kinds=kinds, mount=name)


def case_of(answer: dict[str, Any]) -> Case:
    return answer["step"], answer["fault"], answer["at"]


def problems(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong after a case."""
    verdict = answer.get("verdict", {})
    return [(kind, why) for kind in JUDGED for why in verdict.get(kind, [])]


def report(done: list[dict[str, Any]], options: argparse.Namespace) -> None:
    fired = [one for one in done if one["fired"]]
    learned = [one for one in fired if STEPS[one["step"]].learns]
    whole = not options.only
    figures = [
        Figure("faults", [len(fired)], "{:,.0f}", at_least=CASES if whole else None),
        Figure(
            "of them in retrain and compare",
            [len(learned)],
            "{:.0f}",
            at_least=40 if whole else None,
        ),
    ]
    for kind, title in JUDGED.items():
        found = sum(len(one["verdict"][kind]) for one in fired)
        figures.append(Figure(title, [found], "{:.0f}", at_most=0))
    failures = [
        f"- `python benchmarks/faults.py --print-only --only {':'.join(map(str, case_of(one)))}`: "
        f"{kind}: {why}"
        for one in fired
        for kind, why in problems(one)
    ]
    body = [results.table(figures), matrix(fired)]
    if not can_mount():
        body.append("No tmpfs could be mounted: a disk that is full in earnest was not tried.")
    body += ["\n".join(failures)] if failures else []
    results.record("Faults", "\n\n".join(body), options)


def matrix(fired: list[dict[str, Any]]) -> str:
    """Return a table of how often each fault was tried at each step, and how often it failed."""
    tried: Counter[tuple[str, str]] = Counter()
    failed: dict[tuple[str, str], int] = defaultdict(int)
    for one in fired:
        tried[one["step"], one["fault"]] += 1
        failed[one["step"], one["fault"]] += bool(problems(one))
    steps = [step for step in STEPS if any(step == key[0] for key in tried)]
    rows = ["| fault | " + " | ".join(steps) + " |", "|" + " --- |" * (len(steps) + 1)]
    for fault in (*faulty_disk.FAULTS, TMPFS):
        cells = []
        for step in steps:
            bad = failed[step, fault]
            cells.append(f"{tried[step, fault]}" + (f" / **{bad}**" if bad else ""))
        rows.append(f"| {fault} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
