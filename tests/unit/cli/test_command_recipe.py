"""The recipe of CONTRIBUTING.md for a command, followed to the letter."""

import json
from pathlib import Path

from places import LESSON
from recipe_support import follow, run


def test_one_file_adds_a_command(tmp_path: Path) -> None:
    (file,) = follow("Add a command", tmp_path)
    assert file.parent == tmp_path / "classroom" / "cli" / "commands"

    # It comes last, as it has no rank.
    listed = run(tmp_path, "--help").stdout.split("options:")[0].strip().splitlines()
    assert " ".join(listed[-1].split()) == "writers list the writers of the own samples"
    assert "leave out who has fewer samples (default: 1)" in run(tmp_path, "writers", "-h").stdout

    home = "--home", str(tmp_path / "home")
    assert run(tmp_path, *home, "dataset", "import", str(LESSON)).returncode == 0
    done = run(tmp_path, *home, "writers")
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines())
    samples = json.loads(run(tmp_path, *home, "writers", "--json").stdout)["samples"]
    assert told == {writer: str(count) for writer, count in samples.items()}
    assert sum(samples.values()) == len(LESSON.read_text(encoding="utf-8").splitlines())

    most = max(samples.values())
    some = json.loads(run(tmp_path, *home, "writers", "--least", str(most), "--json").stdout)
    assert some["samples"] == {who: count for who, count in samples.items() if count == most}
    assert run(tmp_path, *home, "writers", "--least", "x").returncode == 2
