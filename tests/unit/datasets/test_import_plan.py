"""A class hands in: several zips and stores become one store."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from places import ROOT
from support import wait_for

from classroom.cli.main import main
from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.exporting import export
from classroom.datasets.importing import Namesake, import_paths, read
from classroom.errors import ClassroomError
from classroom.paths import store_url

START = datetime(2025, 3, 14, 9, 0, 0, 125_000, tzinfo=UTC)
STROKES = [[(0.0, 0.5), (3.0, 9.25)], [(1.0, 1.0)]]


def digit(number: int, writer: str, label: int = 4) -> Sample:
    image = np.random.default_rng([number, *writer.encode()]).integers(0, 256, (28, 28), np.uint8)
    moment = START + timedelta(seconds=number, microseconds=sum(writer.encode()))
    return Sample(image, label, writer, "drawn", STROKES, moment)


def home_of(folder: Path, *writers: str, count: int = 4, first: int = 0) -> Path:
    """Make a home whose store holds digits of some writers."""
    with Dataset(store_url(folder)) as store:
        store.keep_many(digit(first + n, who, n % 10) for who in writers for n in range(count))
    return folder


def handed_in(folder: Path, *writers: str, count: int = 4, first: int = 0) -> Path:
    """Return the zip that a home with digits of some writers hands in."""
    home = home_of(folder, *writers, count=count, first=first)
    with Dataset(store_url(home)) as store:
        export(store, folder / f"{folder.name}.zip", ["zip"])
    return folder / f"{folder.name}.zip"


@pytest.fixture
def teacher(tmp_path: Path):
    with Dataset(store_url(tmp_path / "teacher")) as store:
        yield store


def counted(store: Dataset) -> dict[str, int]:
    return {who: int(store.counts(who).sum()) for who in store.writers()}


def test_zips_and_stores_of_a_class_come_in_at_once(teacher, tmp_path):
    zips = [handed_in(tmp_path / name, name.title()) for name in ("ann", "ben", "chloé")]
    home = home_of(tmp_path / "dan", "Dan", "Eve")
    report = import_paths(teacher, [*zips, home, tmp_path / "ann" / "data" / "samples.sqlite"])
    assert counted(teacher) == {"Ann": 4, "Ben": 4, "Chloé": 4, "Dan": 4, "Eve": 4}
    assert (report.added, report.duplicates, report.rejected) == (20, 4, [])
    told = [(one.source, one.kept_as, one.added, one.duplicates) for one in report.contributions]
    assert told == [
        ("ann.zip", "Ann", 4, 0), ("ben.zip", "Ben", 4, 0), ("chloé.zip", "Chloé", 4, 0),
        ("dan", "Dan", 4, 0), ("dan", "Eve", 4, 0), ("samples.sqlite", "Ann", 0, 4),
    ]  # fmt: skip
    with Dataset(store_url(home)) as there:
        kept = {(s.image.tobytes(), s.part, s.created, str(s.strokes)) for s in there.samples()}
    dans = [sample for who in ("Dan", "Eve") for sample in teacher.samples(writer=who)]
    assert {(s.image.tobytes(), s.part, s.created, str(s.strokes)) for s in dans} == kept


def test_two_children_of_one_name_are_never_mixed_unless_told(teacher, tmp_path):
    zips = [handed_in(tmp_path / name, "ann", first=100 * n) for n, name in enumerate("abc")]
    pending = read(teacher, zips)
    a, b = (Namesake(f"{name}.zip", "ann") for name in "ab")
    assert [(clash.source, clash.others) for clash in pending.clashes] == [
        ("b.zip", (a,)), ("c.zip", (a, b))
    ]  # fmt: skip
    # the third is the second, and neither is the first
    pending.keep(teacher, {pending.clashes[1]: b})
    assert counted(teacher) == {"ann": 4, "ann (2)": 8}
    more = read(teacher, [handed_in(tmp_path / "d", "ann", first=900), zips[2]])
    kept = (Namesake("", "ann"), Namesake("", "ann (2)"))
    assert [(clash.source, clash.others) for clash in more.clashes] == [("d.zip", kept)]
    more.keep(teacher, {more.clashes[0]: kept[1]})
    assert counted(teacher) == {"ann": 4, "ann (2)": 12}


def test_each_of_three_of_one_name_is_whoever_is_said(teacher, tmp_path):
    zips = [handed_in(tmp_path / name, "ann", first=100 * n) for n, name in enumerate("abc")]
    pending = read(teacher, zips)
    pending.keep(teacher, {clash: clash.others[0] for clash in pending.clashes})
    assert counted(teacher) == {"ann": 12}


def test_who_hands_in_again_is_known_by_what_was_handed_in_before(teacher, tmp_path):
    first = [handed_in(tmp_path / name, "ann", first=100 * n) for n, name in enumerate("ab")]
    import_paths(teacher, first)
    assert counted(teacher) == {"ann": 4, "ann (2)": 4}
    # on Friday the second of them has drawn six more, and a third turns up
    again = handed_in(tmp_path / "b", "ann", count=10, first=100)
    third = handed_in(tmp_path / "c", "ann", first=200)
    report = import_paths(teacher, [again, third])
    assert counted(teacher) == {"ann": 4, "ann (2)": 10, "ann (3)": 4}
    assert (report.added, report.duplicates) == (10, 4)


def test_what_a_neighbour_has_imported_already_is_the_same_sample(teacher, tmp_path):
    ann = handed_in(tmp_path / "ann", "ann")
    home = home_of(tmp_path / "ben", "ben", first=50)
    with Dataset(store_url(home)) as bens:
        import_paths(bens, [ann])
        # under another name it is still the same drawing
        import_paths(bens, [ann], writer="anna")
        export(bens, tmp_path / "ben.zip", ["zip"])
    report = import_paths(teacher, [ann, tmp_path / "ben.zip"])
    assert counted(teacher) == {"ann": 4, "ben": 4}
    assert (report.added, report.duplicates) == (8, 8)


def test_a_bad_zip_among_good_ones_is_named_and_nothing_comes_in(teacher, tmp_path):
    good = handed_in(tmp_path / "ann", "ann")
    bad = tmp_path / "ben.zip"
    bad.write_bytes(good.read_bytes()[:-400])
    with pytest.raises(ClassroomError, match=r"ben\.zip is damaged.*Nothing.*--skip-bad"):
        import_paths(teacher, [good, bad])
    assert teacher.stats()["total"] == 0
    report = import_paths(teacher, [good, bad], skip_bad=True)
    assert (report.added, [one.item for one in report.left_out]) == (4, ["ben.zip"])
    with pytest.raises(ClassroomError, match=r"damaged.*Nothing was imported\.$"):
        import_paths(teacher, [bad], skip_bad=True)


def repacked(source: Path, target: Path, change) -> Path:
    """Write a zip anew, with each member's content as `change(name, content)` gives it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: None if name.endswith("000002.png") else content,
        lambda name, content: content[:200] if name.endswith("000002.png") else content,
        lambda name, content: content.replace(b'"label":1', b'"label":true'),
        lambda name, content: content.replace(b"practice/0", b"practice/../.."),
        lambda name, content: content.partition(b"\n")[2] if name == "samples.jsonl" else content,
        lambda name, content: content.replace(b'"format": 1', b'"format": 2'),
    ],
    ids=["no image", "cut image", "label", "name", "too few", "newer"],
)
def test_a_zip_that_was_changed_is_not_half_taken(teacher, tmp_path, change):
    good = handed_in(tmp_path / "ann", "ann")
    with pytest.raises(ClassroomError, match=r"bad\.zip (is damaged|was written by a newer)"):
        import_paths(teacher, [repacked(good, tmp_path / "bad.zip", change)])
    assert teacher.stats()["total"] == 0


def test_zips_packed_by_hand_and_zips_of_zips_come_in(teacher, tmp_path):
    ann, ben = (handed_in(tmp_path / name, name) for name in ("ann", "ben"))
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.write(ann, "Room 12/Ann A/ann.zip")
        # unpacked, and packed again with a folder around it
        with zipfile.ZipFile(ben) as inner:
            for name in inner.namelist():
                archive.writestr(f"Room 12/ben/{name}", inner.read(name))
        archive.writestr("__MACOSX/._ann.zip", b"x")
    with Dataset(store_url(tmp_path / "ann")) as store:
        export(store, tmp_path / "png", ["png"])
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for file in (tmp_path / "png").rglob("*.png"):
            archive.write(file, file.relative_to(tmp_path))
    report = import_paths(teacher, [tmp_path / "class.zip", tmp_path / "pictures.zip"])
    assert (report.added, report.duplicates, report.rejected) == (8, 4, [])
    assert counted(teacher) == {"ann": 4, "ben": 4}
    assert not list(teacher.folder.glob(".importing-*"))


def test_a_store_is_read_with_what_its_log_holds_and_is_left_untouched(teacher, tmp_path):
    home = home_of(tmp_path / "ann", "ann")
    with Dataset(store_url(home)) as open_there:
        open_there.keep(digit(99, "ann"))
        files = {path: path.read_bytes() for path in (home / "data").iterdir()}
        assert import_paths(teacher, [home]).added == 5
        assert {path: path.read_bytes() for path in (home / "data").iterdir()} == files


def test_the_command_says_what_came_from_whom(tmp_path, capsys):
    zips = [str(handed_in(tmp_path / name, "ann", first=100 * n)) for n, name in enumerate("ab")]
    command = ["--home", str(tmp_path / "teacher"), "dataset", "import", *zips]
    assert main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["contributions"][1] == {
        "source": "b.zip", "writer": "ann", "kept_as": "ann (2)", "added": 4, "duplicates": 0
    }  # fmt: skip
    assert main([*command[:1], str(tmp_path / "other"), *command[2:], "--same-writers"]) == 0
    assert "b.zip: ann: 4 added" in capsys.readouterr().out
    (tmp_path / "c.zip").write_bytes(b"PK")
    assert main([*command, str(tmp_path / "c.zip")]) == 1
    assert "c.zip is a text" in capsys.readouterr().err
    assert main([*command, str(tmp_path / "c.zip"), "--skip-bad"]) == 0
    told = capsys.readouterr().out
    assert "b.zip: ann, kept as ann (2): 0 added, 4 kept before" in told
    assert "Left out: c.zip is a text" in told


def test_an_import_that_is_killed_leaves_nothing(tmp_path):
    if sys.platform == "win32":
        pytest.skip("kill -9")
    zips = [handed_in(tmp_path / f"n{n}", f"n{n}", count=200, first=1000 * n) for n in range(4)]
    home = tmp_path / "teacher"
    main_py = ROOT / "main.py"
    command = [sys.executable, str(main_py), "--home", str(home), "dataset", "import"]
    with subprocess.Popen([*command, *map(str, zips)], start_new_session=True) as child:
        # as soon as it has anything in hand
        wait_for(lambda: bool(list(home.glob("data/.importing-*"))))
        os.kill(child.pid, signal.SIGKILL)
    with Dataset(store_url(home)) as store:
        assert store.stats()["total"] in (0, 800)
        import_paths(store, zips)
        assert store.stats()["total"] == 800
