"""Turns the labelled digits of other programs upright, all digits of a file or folder alike.

`importing` asks about the files that `reorientations` finds, and turns those that are accepted.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.foreign_samples import ForeignSample
from classroom.datasets.import_sources import Reading, Source
from classroom.datasets.sample import Sample
from classroom.i18n import _, ngettext
from classroom.preprocessing.digits import from_strokes, ink_is_light, is_like_mnist, to_digit
from classroom.preprocessing.orientation import (
    AS_IS,
    Images,
    Labels,
    Orientation,
    can_tell,
    fits,
    likeliest_turn,
    turn_fits,
)
from classroom.preprocessing.strokes import Rejected
from classroom.preprocessing.thresholding import NothingDrawn

# How many digits of a large file are compared with MNIST's.
COMPARED = 300
# How much better the digits have to fit with ink and ground exchanged; for n digits that this
# changes, the second is divided by the root of n and added.
_INK_GAIN, _INK_GAIN_OF_ONE = 0.1, 0.2


@dataclass(frozen=True, eq=False)
class Example:
    """A digit before and after turning, both (28, 28) uint8, and its label."""

    label: int
    before: Images
    after: Images


@dataclass(frozen=True, eq=False)
class Reorientation:
    """The digits of one file or folder that fit MNIST clearly better when they are turned.

    Attributes
    ----------
    source : str
        What the user calls the file or folder.
    orientation : Orientation
        How the digits lie in it.
    light : bool or None
        Whether ink is lighter than the ground in all of them; None where each picture decides.
    samples : tuple of ForeignSample
        The digits that turning would change, as they are.
    """

    source: str
    orientation: Orientation
    light: bool | None
    samples: tuple[ForeignSample, ...]

    def upright(self, sample: ForeignSample) -> Sample | Rejected:
        """Return one of the samples turned upright, image and strokes."""
        strokes = sample.strokes and self.orientation.upright_strokes(sample.strokes)
        try:
            if sample.picture is None:
                image = from_strokes(strokes or [])
            else:
                picture = self.orientation.upright(sample.picture)
                image = to_digit(np.ascontiguousarray(picture), light=self.light)
        except NothingDrawn as error:
            return Rejected(sample.item, str(error))
        return replace(sample.plain(), image=image, strokes=strokes)

    def examples(self) -> list[Example]:
        """Return one digit of each label that turning would change, in the order of labels."""
        found: dict[int, Example] = {}
        for sample in self.samples:
            if sample.label not in found:
                after = self.upright(sample)
                if isinstance(after, Sample):
                    found[sample.label] = Example(sample.label, sample.image, after.image)
            if len(found) == 10:
                break
        return [found[label] for label in sorted(found)]

    @property
    def done(self) -> "Reoriented":
        """What the report of the import says about it."""
        return Reoriented(self.source, self.orientation.name, len(self.samples))


@dataclass(frozen=True)
class Reoriented:
    """A file or folder that was turned, the orientation that it had, and its number of digits."""

    source: str
    orientation: str
    digits: int


def reorientations(sources: Sequence[Source], wanted: Orientation | None) -> list[Reorientation]:
    """Find the files whose digits do not lie as MNIST's do.

    Files that this program wrote are left out.

    Parameters
    ----------
    sources : sequence of Source
    wanted : Orientation or None
        How the digits lie, as the user says; None to find out by comparing them with MNIST's.
    """
    groups: dict[tuple[str, str], list[ForeignSample]] = defaultdict(list)
    for source in sources:
        for sample in source.samples:
            if isinstance(sample, ForeignSample):
                # The name of the zip is part of the key: two zips may have folders of one name.
                outer = source.name if source.handed_in or not sample.group else ""
                groups[outer, sample.group].append(sample)
    found = []
    for (outer, group), members in groups.items():
        orientation, light = _told(members) if wanted is None else _said(members, wanted)
        if orientation == Orientation():
            continue
        changed = tuple(one for one in members if _changes(one, orientation, light))
        if changed:
            name = group.rpartition("/")[2] or outer
            found.append(Reorientation(name, orientation, light, changed))
    return found


def brought_upright(
    reading: Reading, accepted: Iterable[Reorientation]
) -> tuple[Reading, list[Reoriented]]:
    """Return what was read with the accepted files turned, and a report on each of them."""
    turned: dict[int, Sample | Rejected] = {}
    done = []
    for one in accepted:
        turned |= {id(sample): one.upright(sample) for sample in one.samples}
        done.append(one.done)
    rejected = [each for each in turned.values() if isinstance(each, Rejected)]
    sources = []
    for source in reading.sources:
        found = [turned.get(id(sample), sample) for sample in source.samples]
        samples = [each for each in found if not isinstance(each, Rejected)]
        if samples:
            sources.append(replace(source, samples=samples))
    return Reading(sources, [*reading.rejected, *rejected], reading.bad), done


def _changes(sample: ForeignSample, orientation: Orientation, light: bool | None) -> bool:
    """Whether a digit would change; one that would not stays as it is to the last bit."""
    if orientation.turn != AS_IS:
        return True
    return (
        light is not None
        and sample.picture is not None
        and ink_is_light(sample.picture) is not light
    )


def _told(members: Sequence[ForeignSample]) -> tuple[Orientation, bool | None]:
    """Find out how the digits of a file lie, and whether their ink is light."""
    compared = _some(members)
    labels = _labels(compared)
    if not can_tell(labels):
        return Orientation(), None
    gains = _ink_gains(compared, labels)
    light = max(gains, key=lambda each: gains[each], default=None)
    if light is not None and gains[light] < 0:
        light = None
    images = _images(compared, light)
    return Orientation(likeliest_turn(images, labels), light is not None), light


def _said(members: Sequence[ForeignSample], wanted: Orientation) -> tuple[Orientation, bool | None]:
    """Return the orientation that the user named, and whether the ink is light then."""
    if not wanted.inverted:
        return wanted, None
    compared = _some(members)
    gains = _ink_gains(compared, _labels(compared))
    return wanted, max(gains, key=lambda each: gains[each], default=None)


def _some(members: Sequence[ForeignSample]) -> list[ForeignSample]:
    """Return a random selection of digits, the same one at each call."""
    if len(members) <= COMPARED:
        return list(members)
    chosen = np.random.default_rng(0).choice(len(members), COMPARED, replace=False)
    return [members[at] for at in sorted(chosen.tolist())]


def _labels(samples: Sequence[ForeignSample]) -> Labels:
    return np.array([sample.label for sample in samples], np.int64)


def _images(samples: Sequence[ForeignSample], light: bool | None) -> Images:
    """Return the digits as they lie, with light or dark ink; one without any ink is black."""
    images = np.zeros((len(samples), *samples[0].image.shape), np.uint8)
    for image, sample in zip(images, samples, strict=True):
        if light is None or sample.picture is None:
            image[:] = sample.image
        else:
            try:
                image[:] = to_digit(sample.picture, light=light)
            except NothingDrawn:
                continue
    return images


def _ink_gains(samples: Sequence[ForeignSample], labels: Labels) -> dict[bool, float]:
    """Return how much better the digits fit MNIST if ink is light, or dark, in all of them.

    Only digits that this changes are compared, each set turned the way that fits it best.

    Returns
    -------
    dict of bool to float
        By whether ink is light. Above 0 the gain is larger than chance explains. A choice that
        changes no digit is missing.
    """
    pictures = [sample.picture for sample in samples]
    if all(picture is None or is_like_mnist(picture) for picture in pictures):
        return {}
    lights = [None if picture is None else ink_is_light(picture) for picture in pictures]
    before = _best_fits(_images(samples, None), labels)
    gains = {}
    for light in (True, False):
        changed = np.array([each is (not light) for each in lights])
        if changed.any():
            after = _best_fits(_images(samples, light), labels)
            gain = float((after - before)[changed].mean())
            least = _INK_GAIN + _INK_GAIN_OF_ONE / math.sqrt(np.count_nonzero(changed))
            gains[light] = gain - least
    return gains


def _best_fits(images: Images, labels: Labels) -> NDArray[np.float64]:
    """Return how well each digit fits MNIST, all turned the way that fits best on average."""
    means = turn_fits(images, labels)
    best = Orientation(max(means, key=lambda turn: means[turn]))
    return fits(best.upright(images), labels)


def sentence(done: Reoriented) -> str:
    """Return the sentence about a file that was turned, and how the user can reverse it."""
    return _(
        "{what} They were brought upright. If that is wrong, take it back with dataset undo, "
        "and import them again with --orientation as-is."
    ).format(what=finding(done))


def finding(done: Reoriented) -> str:
    """Return the sentence about how the digits of a file lie, compared with MNIST's."""
    how = {
        AS_IS: "",
        "transposed": _("on their side, rows for columns"),
        "mirrored": _("mirrored"),
        "flipped": _("upside down, mirrored"),
        "rotated-180": _("upside down"),
        "rotated-left": _("turned to the left"),
        "rotated-right": _("turned to the right"),
        "anti-transposed": _("on their side, mirrored"),
    }
    turn = done.orientation.removesuffix("inverted").removesuffix("-") or AS_IS
    ways = [how[turn]] if turn != AS_IS else []
    if done.orientation.endswith("inverted"):
        ways.append(_("with ink and ground exchanged"))
    return ngettext(
        "{n:,} digit of {source} lies otherwise than MNIST's: {how}.",
        "{n:,} digits of {source} lie otherwise than MNIST's: {how}.",
        done.digits,
    ).format(n=done.digits, source=done.source, how=_(" and ").join(ways))
