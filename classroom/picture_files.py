"""Picture files of any kind and origin, read as grey levels."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.pieces import Grey

# Plain pictures only: some of the other formats that Pillow knows start
# programs (EPS) or are no pictures of digits.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
# The largest phone cameras; three bytes a pixel still fit on an old laptop.
PIXELS_AT_MOST = 64_000_000


def read_image(path: Path) -> Grey:
    """Read a picture file as grey levels, upright as the camera was held.

    Parameters
    ----------
    path : Path
        PNG, JPEG, BMP, GIF, TIFF, WebP or PPM of any colour depth;
        transparent parts count as white paper.

    Returns
    -------
    ndarray of shape (h, w), uint8
        0 is black; 16-bit and float pictures are stretched to the full range.

    Raises
    ------
    ClassroomError
        The file is missing, damaged, no picture, or has more than 64 million
        pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow only warns of pictures that would fill the memory.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > PIXELS_AT_MOST:
                    raise _too_large(path)
                # JPEG decodes to grey alone in a third of the memory.
                picture.draft("L", None)
                return _grey(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except FileNotFoundError as error:
        raise ClassroomError(
            _("{name} was not found. Check the name and the folder.").format(name=path.name)
        ) from error
    except ClassroomError:
        raise
    # Pillow's readers raise almost anything for a damaged file.
    except Exception as error:
        reason = getattr(error, "strerror", None) or _("it is damaged or of an unknown kind")
        raise ClassroomError(
            _("{name} cannot be read: {reason}. Save it as PNG or JPEG and try again.").format(
                name=path.name, reason=reason
            )
        ) from error


def _too_large(path: Path) -> ClassroomError:
    """Return the error for a picture with too many pixels."""
    return ClassroomError(
        _("{name} has more than {limit} million pixels. Save it smaller and try again.").format(
            name=path.name, limit=PIXELS_AT_MOST // 1_000_000
        )
    )


def _grey(picture: Image.Image) -> Grey:
    """Return an opened picture as upright grey levels."""
    ImageOps.exif_transpose(picture, in_place=True)
    upright: Image.Image = picture
    if upright.mode.startswith(("I", "F")):
        return _stretched(np.asarray(upright).astype(np.float64))
    if upright.has_transparency_data:
        colours = upright.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        upright = Image.alpha_composite(paper, colours)
    return np.array(upright.convert("L"), dtype=np.uint8)


def _stretched(levels: NDArray[np.float64]) -> Grey:
    """Map the range of values to 0-255: 12 bits often come in 16."""
    levels = np.nan_to_num(levels)
    low, high = float(levels.min()), float(levels.max())
    if low == high:
        return np.zeros(levels.shape, dtype=np.uint8)
    return ((levels / 2 - low / 2) / (high / 2 - low / 2) * 255).round().astype(np.uint8)
