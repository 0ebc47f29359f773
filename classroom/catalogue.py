"""Names that can be said on the command line, in the order shown; nothing here needs a library."""

from classroom.i18n import _

# Short enough for the heading of a column. HOG: histograms of oriented gradients.
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

# What every version has, and what a retraining teaches; the others come out of comparisons.
NAMES = ("cnn", "svm", "knn")
OTHERS = tuple(name for name in TITLES if name not in NAMES)
# What a retraining fine-tunes; the others are fitted anew.
NETWORK = "cnn"
BASELINES = tuple(name for name in NAMES if name != NETWORK)

# So many fit side by side into the smallest window.
SIDE_BY_SIDE = 4

# How digits may lie in a file: the eight ways to lay a square, and ink taken for ground.
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
