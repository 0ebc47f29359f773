"""The colours of classifiers, of digits and of errors, for the window and for paper.

The window needs them before it has loaded a library, so nothing here imports one.
"""

from collections.abc import Sequence

from classroom.catalogue import OTHERS

# Scales of one hue for the share of errors: from light to dark, and from dark to light.
ERRORS_ON_LIGHT = ("#fdd49e", "#fc8d59", "#d7301f", "#7f0000")
ERRORS_ON_DARK = ("#7f2704", "#d94801", "#fd8d3c", "#fee6ce")

# Tableau's ten colours: far apart in hue, and of medium lightness, for light and dark themes.
DIGIT_COLOURS = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
    "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
)  # fmt: skip

# Okabe and Ito's colours ("Color Universal Design", 2008) can be distinguished with every
# common kind of colour blindness, and by their lightness in print.
CLASSIFIER_COLOURS = {"cnn": "#0072b2", "svm": "#e69f00", "knn": "#009e73"}
SPARE_COLOURS = ("#d55e00", "#cc79a7", "#56b4e9", "#8c6bb1")


def classifier_colours(names: Sequence[str]) -> dict[str, str]:
    """Return different colours for up to four classifiers that are shown side by side.

    CNN, SVM and k-NN have the same colours everywhere. Each other classifier has a colour
    of its own too, and gets the next free one where a neighbour has that.
    """
    colours = {name: CLASSIFIER_COLOURS[name] for name in names if name in CLASSIFIER_COLOURS}
    for name in names:
        if name not in colours:
            start = OTHERS.index(name) if name in OTHERS else 0
            spares = SPARE_COLOURS * 2
            turns = spares[start % len(SPARE_COLOURS) :]
            colours[name] = next((each for each in turns if each not in colours.values()), turns[0])
    return colours
