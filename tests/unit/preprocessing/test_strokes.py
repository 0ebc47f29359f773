"""The strokes file: what is good is read, what is bad is named."""

import gzip
import json

import pytest

from classroom.errors import ClassroomError
from classroom.preprocessing.strokes import Rejected, StrokesLine, parse_strokes, read_strokes_file

GOOD = {"label": 3, "writer": "ann", "strokes": [[[1, 2], [3.5, 4]], [[5, 6]]]}


def written(path, *lines):
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "gzipped under another name"])
def test_file_is_read_plain_and_gzipped(tmp_path, name):
    path = tmp_path / name
    text = json.dumps(GOOD) + "\n\n" + json.dumps({"strokes": [[[0, 0]]]})
    path.write_bytes(text.encode() if name == "a.jsonl" else gzip.compress(text.encode()))
    first, second = read_strokes_file(path)
    assert first == StrokesLine(3, "ann", [[(1, 2), (3.5, 4)], [(5, 6)]], None, None, None)
    assert second.label is None
    assert second.writer is None


def test_part_time_and_origin_are_read(tmp_path):
    more = {"part": "exam", "created": "2024-05-01T10:00:00+00:00", "origin": "drawn"}
    (line,) = read_strokes_file(written(tmp_path / "a.jsonl", GOOD | more))
    assert (line.part, line.created, line.origin) == tuple(more.values())


def test_byte_order_mark_of_windows_is_no_error(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert isinstance(next(read_strokes_file(path)), StrokesLine)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "JSON"),
        ('{"label": 3,', "JSON"),
        ("[" * 100_000, "JSON"),
        ("[1, 2]", "holds no digit"),
        (GOOD | {"label": 10}, "0 to 9"),
        (GOOD | {"label": "3"}, "0 to 9"),
        (GOOD | {"label": True}, "0 to 9"),
        (GOOD | {"writer": 7}, "texts"),
        (GOOD | {"strokes": []}, "no point"),
        (GOOD | {"strokes": [[]]}, "no point"),
        (GOOD | {"strokes": None}, "lists of points"),
        (GOOD | {"strokes": [[1, 2]]}, "two finite numbers"),
        (GOOD | {"strokes": [[[1, 2, 3]]]}, "two finite numbers"),
        (GOOD | {"strokes": [[["1", 2]]]}, "two finite numbers"),
        (GOOD | {"strokes": [[[float("nan"), 2]]]}, "two finite numbers"),
        (GOOD | {"strokes": [[[10**400, 2]]]}, "two finite numbers"),
    ],
)
def test_bad_line_is_rejected_and_the_next_one_read(tmp_path, line, why):
    bad, good = read_strokes_file(written(tmp_path / "class.jsonl", line, GOOD))
    assert isinstance(bad, Rejected)
    assert bad.item == "class.jsonl:1"
    assert why in bad.why
    assert isinstance(good, StrokesLine)


def test_text_that_is_not_unicode_is_rejected(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"writer": "\xff\xfe"}\n')
    (line,) = read_strokes_file(path)
    assert isinstance(line, Rejected)


def one_sentence(path):
    with pytest.raises(ClassroomError) as caught:
        list(read_strokes_file(path))
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_file_that_is_missing(tmp_path):
    assert "cannot be read" in one_sentence(tmp_path / "gone.jsonl")


def test_folder_instead_of_a_file(tmp_path):
    one_sentence(tmp_path)


@pytest.mark.parametrize("spoil", [lambda b: b[:-20], lambda b: b[:30] + b"xxxxxxxx" + b[38:]])
def test_damaged_gzip(tmp_path, spoil):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(spoil(gzip.compress(json.dumps(GOOD).encode() * 50)))
    assert "damaged" in one_sentence(path)


def test_gzip_bomb_is_not_unpacked_into_memory(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(40):
            file.write(b"[" * 1_000_000)
    assert "line 1" in one_sentence(path)


def test_too_many_points():
    with pytest.raises(ClassroomError, match="200001 points"):
        parse_strokes([[[0, 0]] * 200_001])
