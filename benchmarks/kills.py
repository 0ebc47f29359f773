"""What is left of the own samples when the process that writes them is killed.

A child process keeps, imports, relabels and undoes, and reports the begin and the end of each
step. It is killed (SIGKILL) at a random moment. Then the store must open, be sound, and hold
exactly the steps that were reported as done; the step under way may be in it as a whole, or
not at all.
"""

import itertools
import multiprocessing
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import results

# A child is killed at most this long after it has opened the store.
SECONDS = 0.5
# The check after a kill reads the whole store, so a new store begins after this many kills.
KILLS_A_STORE = 25
# How many digits of the lesson one import brings.
IMPORTED = 40
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"

Digests = dict[str, int]
Step = tuple[str, Any]


@dataclass
class Tally:
    """The counts over all kills."""

    kills: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    halves: int = 0
    not_opened: int = 0


def work(pipe: Connection, url: str, few: Path, seed: int) -> None:
    """Change the store until killed, and report every step through `pipe`."""
    from classroom.datasets.dataset import Dataset
    from classroom.datasets.importing import import_paths

    chance = random.Random(seed)
    with Dataset(url) as store:
        pipe.send(("opened", None))
        for number in range(1_000_000):
            kind = chance.choice(["keep", "keep", "import", "relabel", "undo"])
            digests = list(live(url))
            if kind == "keep":
                step = ("keep", (seed, number, chance.randrange(10)))
            elif kind == "import":
                step = ("import", f"{seed}-{number}")
            elif kind == "relabel" and digests:
                step = ("relabel", (chance.sample(digests, 1 + len(digests) // 2), number % 10))
            else:
                step = ("undo", None)
            pipe.send(("begin", step))
            if step[0] == "keep":
                store.keep(drawn(*step[1]))
            elif step[0] == "import":
                import_paths(store, [few], writer=step[1])
            elif step[0] == "relabel":
                chosen = set(step[1][0])
                store.relabel(ids(url, chosen), step[1][1])
            else:
                store.undo()
            pipe.send(("done", step))


def drawn(seed: int, number: int, label: int) -> Any:
    """Return a digit that depends on `seed` and `number`."""
    import numpy as np

    from classroom.datasets.dataset import Sample

    image = np.random.default_rng([seed, number]).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, "ann", "drawn", [[(float(number), 0.0)]])


def after(states: list[Digests], step: Step, lesson: list[Any]) -> list[Digests]:
    """Return the states of the store after `step`, the latest last."""
    from dataclasses import replace

    from classroom.datasets.samples_table import to_row

    kind, what = step
    latest = states[-1]
    if kind == "undo":
        return states[:-1] if len(states) > 1 else states
    if kind == "relabel":
        changed = dict.fromkeys(what[0], what[1])
    elif kind == "keep":
        changed = {to_row(drawn(*what))["digest"]: what[2]}
    else:
        named = [replace(sample, writer=what) for sample in lesson]
        changed = {to_row(sample)["digest"]: sample.label for sample in named}
    new = {**latest, **changed}
    # A step that changes nothing cannot be undone.
    return states if new == latest else [*states, new]


def live(url: str) -> Digests:
    """Return the label of each sample by its digest, without the code under test."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT digest, label FROM samples WHERE deleted IS NULL")
        return dict(rows.fetchall())


def ids(url: str, digests: set[str]) -> list[int]:
    """Return the ids of the samples with these digests."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT id, digest FROM samples")
        return [number for number, digest in rows if digest in digests]


def kill_once(
    url: str, few: Path, seed: int, states: list[Digests], tally: Tally, lesson: list[Any]
) -> None:
    """Start a child, kill it, check the store, and bring `states` up to date."""
    context = multiprocessing.get_context(METHOD)
    ours, theirs = context.Pipe()
    child = context.Process(target=work, args=(theirs, url, few, seed), daemon=True)
    child.start()
    theirs.close()
    begun: Step | None = None
    deadline = time.monotonic() + 60
    said: list[tuple[str, Step]] = []
    try:
        said.append(ours.recv())  # opened
        end = time.monotonic() + random.Random(seed).uniform(0, SECONDS)
        while time.monotonic() < min(end, deadline):
            if ours.poll(max(0.0, end - time.monotonic())):
                said.append(ours.recv())
        child.kill()
        while True:
            said.append(ours.recv())
    except (EOFError, OSError):
        child.kill()
    child.join()
    if child.exitcode != -getattr(signal, "SIGKILL", 9):
        raise SystemExit(f"the child ended by itself, with {child.exitcode}")
    for word, step in said[1:]:
        if word == "done":
            states[:] = after(states, step, lesson)
            tally.acknowledged[step[0]] += 1
        begun = step if word == "begin" else None
    tally.kills += 1
    tally.under_way[begun[0] if begun else "nothing"] += 1
    judge(url, states, begun, tally, lesson)


def judge(
    url: str, states: list[Digests], begun: Step | None, tally: Tally, lesson: list[Any]
) -> None:
    """Open the store that a child has left, and compare it with what it reported."""
    from classroom.datasets.dataset import Dataset, DatasetError

    try:
        with Dataset(url) as store:
            store.counts()
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except DatasetError:
        sound = False
    if not sound:
        tally.not_opened += 1
        states[:] = [{}]
        return
    found = live(url)
    if begun is not None and found != states[-1]:
        with_it = after(states, begun, lesson)
        if found == with_it[-1]:
            states[:] = with_it
        else:
            tally.halves += 1
    elif found != states[-1]:
        wrong = {digest for digest, label in states[-1].items() if found.get(digest) != label}
        tally.lost += len(wrong) or 1
    if found != states[-1]:
        # The next check starts from here, so that one fault is counted once.
        states[:] = [found]


def main() -> None:
    options = results.parser(__doc__, runs=1000).parse_args()
    if METHOD == "forkserver":
        # Children are forked from a process that has loaded the modules, so they start at once.
        multiprocessing.get_context(METHOD).set_forkserver_preload(
            ["classroom.datasets.dataset", "classroom.datasets.importing"]
        )
    from classroom.datasets.dataset import Sample
    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    with results.LESSON.open(encoding="utf-8") as file:
        lines = [next(file) for _line in range(IMPORTED)]
    lesson = [
        Sample(from_strokes(line.strokes), line.label, "", "import", line.strokes)
        for line in itertools.islice(read_strokes_file(results.LESSON), IMPORTED)
        if isinstance(line, StrokesLine) and line.label is not None
    ]
    tally = Tally()
    while tally.kills < options.runs:
        with results.fresh_home(options, mnist_too=False) as home:
            url = f"sqlite:///{(Path(home) / 'data' / 'samples.sqlite').as_posix()}"
            few = Path(home) / "few.jsonl"
            few.write_text("".join(lines), encoding="utf-8")
            states: list[Digests] = [{}]
            for _kill in range(min(KILLS_A_STORE, options.runs - tally.kills)):
                kill_once(url, few, tally.kills, states, tally, lesson)
    report(tally, options)


def report(tally: Tally, options: Any) -> None:
    def figure(what: str, value: int) -> results.Figure:
        return results.Figure(what, [value], "{:.0f}", at_most=0, judged="max")

    figures = [
        results.Figure("kills", [tally.kills], "{:.0f}"),
        figure("acknowledged samples lost or changed", tally.lost),
        figure("half imports and other half steps", tally.halves),
        figure("stores that did not open, or were unsound", tally.not_opened),
    ]
    done = ", ".join(f"{kind} {count:,}" for kind, count in sorted(tally.acknowledged.items()))
    under_way = ", ".join(f"{kind} {count:,}" for kind, count in sorted(tally.under_way.items()))
    note = f"Acknowledged before: {done}. Under way at the kill: {under_way}."
    results.record("Killed while writing", f"{results.table(figures)}\n\n{note}", options)


if __name__ == "__main__":
    main()
