"""The names of classifiers and of orientations, as on the command line and in the window.

Nearly every package uses them, so nothing here imports a library.
"""

from classroom.i18n import _

# Titles that fit into the heading of a column. HOG: histograms of oriented gradients.
TITLES = {
    "cnn": _("CNN"),
    "svm": _("SVM"),
    "knn": _("k-NN"),
    "svm_features": _("SVM + HOG"),
    "knn_features": _("k-NN + HOG"),
    "lenet5": _("LeNet-5"),
    "lenet5_average": _("LeNet-5 average"),
    "lenet5_dilated": _("LeNet-5 dilated"),
    "lenet_average": _("LeNet small"),
    "cnn_dropout": _("CNN dropout"),
    "cnn_5x5": _("CNN 5×5"),
    "mlp_512": _("MLP 512"),
    "mlp_two_hidden": _("MLP two layers"),
    "alexnet_small": _("AlexNet small"),
    "resnet_small": _("ResNet small"),
    "lightweight": _("Lightweight"),
    "committee": _("Committee"),
}

# The classifiers of every version, which a retraining trains; the others come from comparisons.
NAMES = ("cnn", "svm", "knn")
OTHERS = tuple(name for name in TITLES if name not in NAMES)
# The classifier that a retraining fine-tunes; the others are fitted from scratch.
NETWORK = "cnn"
BASELINES = tuple(name for name in NAMES if name != NETWORK)

# The most classifiers that fit side by side into the smallest window.
SIDE_BY_SIDE = 4

# The orientations of the digits of a file: the eight symmetries of a square, and ink swapped
# with the background.
TURNS = (
    "as-is",
    "transposed",
    "mirrored",
    "flipped",
    "rotated-180",
    "rotated-left",
    "rotated-right",
    "anti-transposed",
)
INVERTED = "inverted"
ORIENTATIONS = (*TURNS, INVERTED, *(f"{turn}-{INVERTED}" for turn in TURNS[1:]))
AUTO = "auto"

# What the own samples can be written as: the names of formats in classroom/datasets/formats/.
EXPORT_FORMATS = (
    "png",
    "npz",
    "idx",
    "strokes",
    "zip",
)
