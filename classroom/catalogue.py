"""The classifiers by name, in the order in which they are shown; nothing here needs a library."""

from classroom.i18n import _

TITLES = {"cnn": _("CNN"), "svm": _("SVM"), "knn": _("k-NN")}
NAMES = tuple(TITLES)

# What a retraining fine-tunes; all the others are fitted anew.
NETWORK = "cnn"
BASELINES = tuple(name for name in NAMES if name != NETWORK)
