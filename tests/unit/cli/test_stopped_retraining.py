"""What a stopped `retrain` says of the version that it has made, or has not."""

import argparse
from pathlib import Path

import pytest

from classroom.cli.commands.retrain import Retrain
from classroom.engine import versions
from classroom.engine.versions import Line, Version
from classroom.starts import Start

STORY = Start.MNIST_ONLY


def make(line: Line, number: int) -> None:
    with versions.new_folder(line, number) as (folder, _number):
        versions.write_metadata(folder, Version(number, start=line.start))


@pytest.mark.parametrize(
    ("start", "none", "made", "chosen"),
    [
        (
            None,
            "Stopped; no version was made, and version 0 is in use as before.",
            "Version 0 is still in use; choose the new one in Train.",
            "Stopped, but version 1 was complete by then, and is in use.",
        ),
        (
            STORY,
            "Stopped; no version was made, and all is as it was.",
            "version 1 of “Knows MNIST only” was complete by then; choose it in Train.",
            "version 1 of “Knows MNIST only” was complete by then, and is chosen there.",
        ),
    ],
)
def test_it_says_what_there_is(
    tmp_path: Path, start: Start | None, none: str, made: str, chosen: str
) -> None:
    line = Line(tmp_path, start or Start.BASE)
    # A version of the other line is none of its business.
    [other] = {*Start} - {line.start}
    make(Line(tmp_path, other), 1)
    say = Retrain().watch(argparse.Namespace(start=start), tmp_path)
    assert say() == none
    make(line, 1)
    assert made in say()
    versions.set_current(line, 1)
    assert chosen in say()
