"""Photos: any file gives a picture or one sentence, any picture its digits in reading order."""

import time
import zlib

import numpy as np
import pytest
from photo_support import IN_ORDER, INK, ROWS, page, recognised
from PIL import Image, ImageDraw

from classroom.errors import ClassroomError
from classroom.preprocessing.image_files import read_image
from classroom.preprocessing.photos import find_digits
from classroom.preprocessing.thresholding import NothingDrawn


def test_digits_come_in_reading_order():
    found = find_digits(page(ROWS))
    assert recognised(found) == IN_ORDER
    for one, (_digit, left, top) in zip(found, sorted(ROWS, key=lambda p: p[0]), strict=False):
        assert one.image.shape == (28, 28)
        assert left >= 0 <= top


def test_boxes_lie_around_the_ink():
    picture = page([(8, 300, 200)])
    (found,) = find_digits(picture)
    left, top, right, bottom = found.box
    dark = np.argwhere(picture < 140)
    assert [top, left] == pytest.approx(dark.min(axis=0), abs=2)
    assert [bottom, right] == pytest.approx(dark.max(axis=0) + 1, abs=2)


def test_light_chalk_on_a_dark_board():
    assert recognised(find_digits(255 - page(ROWS))) == IN_ORDER


def test_uneven_light_and_grain():
    light = np.linspace(1.0, 0.45, 1000)[None, :] * np.linspace(0.8, 1.0, 700)[:, None]
    grain = np.random.default_rng(3).normal(0, 4, (700, 1000))
    photo = np.clip(page(ROWS) * light + grain, 0, 255).astype(np.uint8)
    assert recognised(find_digits(photo)) == IN_ORDER


def test_large_photo_has_boxes_in_its_own_pixels():
    small = page(ROWS)
    large = np.kron(small, np.ones((4, 4), np.uint8))
    start = time.perf_counter()
    found = find_digits(large)
    assert time.perf_counter() - start < 5
    assert recognised(found) == IN_ORDER
    for one, other in zip(found, find_digits(small), strict=True):
        assert one.box == pytest.approx([4 * side for side in other.box], abs=16)


def test_loose_bar_belongs_to_its_five():
    picture = Image.new("L", (400, 300), 240)
    draw = ImageDraw.Draw(picture)
    draw.line([(100, 70), (95, 130), (150, 130), (165, 180), (130, 215), (85, 205)], 30, 12)
    draw.line([(115, 55), (175, 50)], 30, 12)
    found = find_digits(np.asarray(picture))
    assert len(found) == 1
    assert found[0].box[1] < 50


def test_specks_are_no_digits():
    picture = page([(2, 100, 100), (7, 400, 110)])
    picture[500:504, 700:705] = 20
    picture[30:33, 600:602] = 20
    assert recognised(find_digits(picture)) == [2, 7]


def test_neighbour_inside_the_box_is_not_taken_along():
    """A 1 in the hook of a 7: their boxes overlap, their ink does not."""
    picture = Image.new("L", (300, 300), 255)
    draw = ImageDraw.Draw(picture)
    draw.line([(60, 60), (240, 60), (220, 240)], 0, 14)
    draw.line([(90, 110), (90, 250)], 0, 14)
    found = find_digits(np.asarray(picture))
    assert len(found) == 2
    seven, one = sorted(found, key=lambda f: f.box[0])
    assert (one.image.max(axis=0) > 0).sum() <= 4
    # Below the bar of the 7 there is its stem and nothing else.
    assert (seven.image[14] > 0).sum() <= 4


def test_mnist_image_passes_unchanged():
    (found,) = find_digits(INK[5])
    assert found.box is None
    assert np.array_equal(found.image, INK[5])


@pytest.mark.parametrize("shape", [(0, 5), (1, 1), (28, 28), (300, 400), (1, 9000)])
@pytest.mark.parametrize("level", [0, 130, 255])
def test_blank_picture_is_one_sentence(shape, level):
    with pytest.raises(NothingDrawn, match="No digit was found"):
        find_digits(np.full(shape, level, np.uint8))


def test_carpet_takes_no_forever():
    dots = np.random.default_rng(0).random((1200, 1600)) < 0.2
    start = time.perf_counter()
    find_digits(np.where(dots, 0, 255).astype(np.uint8))
    assert time.perf_counter() - start < 10


# --- files ------------------------------------------------------------------
GREY = page([(4, 40, 20)], shape=(160, 200))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "P", "RGBA", "LA", "PA", "1"])
def test_every_kind_of_colour_reads_as_grey(tmp_path, mode):
    path = tmp_path / ("digit.tiff" if mode in ("CMYK", "PA") else "digit.png")
    picture = Image.fromarray(GREY).convert("RGB")
    if mode == "LA":
        picture = picture.convert("L")
    elif mode == "PA":
        picture = picture.convert("P")
    elif mode == "1":
        picture = Image.fromarray(np.where(GREY < 140, 0, 255).astype(np.uint8))
    picture.convert(mode).save(path)
    grey = read_image(path)
    assert grey.shape == (160, 200)
    assert grey.dtype == np.uint8
    assert recognised(find_digits(grey)) == [4]


@pytest.mark.parametrize("factor", [257, 16])
def test_16_bits_read_as_8(tmp_path, factor):
    """A scanner with 12 bits stores them in 16: the range decides."""
    path = tmp_path / "scan.png"
    Image.fromarray(GREY.astype(np.uint16) * factor).save(path)
    grey = read_image(path)
    assert (grey.min(), grey.max()) == (0, 255)
    assert recognised(find_digits(grey)) == [4]


def test_transparent_parts_are_paper(tmp_path):
    path = tmp_path / "digit.png"
    black_and_clear = np.zeros((160, 200, 4), np.uint8)
    black_and_clear[..., 3] = 255 - GREY
    Image.fromarray(black_and_clear).save(path)
    assert read_image(path)[0, 0] > 200
    assert recognised(find_digits(read_image(path))) == [4]


def test_phone_held_sideways_is_turned_upright(tmp_path):
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    Image.fromarray(np.rot90(GREY)).save(path, exif=exif)
    assert read_image(path).shape == (160, 200)
    assert recognised(find_digits(read_image(path))) == [4]


def one_sentence(path):
    with pytest.raises(ClassroomError) as caught:
        read_image(path)
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


def damaged(name):
    def spoil(path):
        Image.fromarray(GREY).save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return pytest.param(name, spoil, id=f"half a {name}")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        damaged("a.png"),
        damaged("a.jpg"),
        damaged("a.tiff"),
        damaged("a.webp"),
        pytest.param("a.png", lambda path: path.write_bytes(b""), id="empty"),
        pytest.param("a.png", lambda path: path.write_text("not a picture"), id="text"),
        pytest.param("a.eps", lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n"), id="eps"),
        pytest.param("a.png", lambda path: path.mkdir(), id="folder"),
        pytest.param("a.png", lambda path: None, id="missing"),
    ],
)
def test_bad_file_is_one_sentence(tmp_path, name, make):
    make(tmp_path / name)
    one_sentence(tmp_path / name)


def png_chunk(kind, data):
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
@pytest.mark.filterwarnings("error")
def test_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path, side):
    """A tiny file that claims a huge picture; with no pixels in it, unpacking would fail."""
    path = tmp_path / "bomb.png"
    header = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert "64 million pixels" in one_sentence(path)
