"""The colours of plots, for the window and for paper; nothing here needs a library."""

from collections.abc import Sequence

from classroom.catalogue import OTHERS

# One hue, from light to dark and from dark to light.
ERRORS_ON_LIGHT = ("#fdd49e", "#fc8d59", "#d7301f", "#7f0000")
ERRORS_ON_DARK = ("#7f2704", "#d94801", "#fd8d3c", "#fee6ce")

# Tableau's ten, which are apart in hue and of middle lightness, for either ground.
DIGIT_COLOURS = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
    "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
)  # fmt: skip

# Okabe and Ito's colours ("Color Universal Design", 2008): told apart with every
# common kind of colour blindness, and by lightness in print.
CLASSIFIER_COLOURS = {"cnn": "#0072b2", "svm": "#e69f00", "knn": "#009e73"}
SPARE_COLOURS = ("#d55e00", "#cc79a7", "#56b4e9", "#8c6bb1")


def classifier_colours(names: Sequence[str]) -> dict[str, str]:
    """Return the colours of up to four classifiers that stand side by side, no two the same.

    CNN, SVM and k-NN have the same everywhere; the others have one that they
    keep unless a neighbour has it already.
    """
    colours = {name: CLASSIFIER_COLOURS[name] for name in names if name in CLASSIFIER_COLOURS}
    for name in names:
        if name not in colours:
            start = OTHERS.index(name) if name in OTHERS else 0
            spares = SPARE_COLOURS * 2
            turns = spares[start % len(SPARE_COLOURS) :]
            colours[name] = next((each for each in turns if each not in colours.values()), turns[0])
    return colours
