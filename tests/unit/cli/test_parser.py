"""What the parser finds, and what it costs."""

import json
import re

from calls import run_code
from places import ROOT

from classroom.cli.parser import commands


def full_names() -> list[str]:
    return [f"{each.group.name} {each.name}" if each.group else each.name for each in commands()]


def test_help_lists_the_commands_in_the_order_of_a_lesson() -> None:
    assert full_names() == [
        "mnist",
        "predict",
        "dataset import",
        "dataset export",
        "dataset stats",
        "dataset undo",
        "dataset redo",
        "dataset recover",
        "dataset backups",
        "dataset restore",
        "dataset delete-writer",
        "sheet",
        "train",
        "retrain",
        "compare",
        "study",
        "report",
        "lesson",
    ]


def test_the_keys_of_every_command_are_written_down() -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "json.md").read_text(), re.M)
    assert set(full_names()) <= {name for row in rows for name in re.findall(r"`(.*?)`", row)}


START = """
import argparse, json, sys
from classroom.cli import main
options = main.parse(sys.argv[1:], argparse.Namespace(checksums=None))
print(json.dumps([bool(options.command), sorted(sys.modules)]))
"""


def test_the_window_waits_for_no_command_and_the_parser_for_no_library() -> None:
    command, loaded = json.loads(run_code(START, "--home", "somewhere").stdout)
    assert not command
    assert not any(name.startswith("classroom.cli.commands") for name in loaded)
    command, loaded = json.loads(run_code(START, "dataset", "stats").stdout)
    assert command
    assert "classroom.cli.commands.dataset_stats" in loaded
    assert not {"numpy", "PIL", "sqlalchemy", "tkinter"} & set(loaded)
