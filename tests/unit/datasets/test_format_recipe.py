"""The recipe for a format in CONTRIBUTING.md, followed to the letter: the program then has it."""

import json
from pathlib import Path

import numpy as np
from places import SMALL_MNIST
from recipe_support import follow, run


def answer(folder: Path, *arguments: str) -> dict:
    home = folder.parent / "home"
    done = run(folder, "--home", str(home), *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_format_is_imported_and_exported(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    follow("Add a format", checkout)
    with np.load(SMALL_MNIST) as mnist:
        images, labels = mnist["x_test"][:20], mnist["y_test"][:20]
    table = tmp_path / "mnist_test.csv"
    rows = [
        ",".join(map(str, [label, *image.flat]))
        for label, image in zip(labels, images, strict=True)
    ]
    header = ",".join(["label", *(f"pixel{number}" for number in range(784))])
    table.write_text("\n".join([header, *rows, "7,0,0", ""]), encoding="utf-8")

    done = answer(checkout, "dataset", "import", str(table), "--writer", "ann")
    assert (done["added"], done["duplicates"]) == (20, 0)
    [refused] = done["rejected"]
    assert "784 numbers" in refused["why"]
    assert "row 21" in refused["item"]

    written = tmp_path / "out.csv"
    done = answer(checkout, "dataset", "export", str(written), "--format", "csv")
    assert (done["written"], done["files"]) == (20, [str(written)])
    exported = np.loadtxt(written, delimiter=",", dtype=np.int64)
    assert exported[:, 0].tolist() == labels.tolist()
    assert np.array_equal(exported[:, 1:].reshape(-1, 28, 28), images)
    assert answer(checkout, "dataset", "import", str(written), "--writer", "ann")["added"] == 0
