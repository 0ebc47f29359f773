"""All classifiers behind one interface: fit, predict_proba, save, load.

Keras and scikit-learn take seconds to import, so each is imported where it is
first needed: a process that only asks an SVM never loads TensorFlow, and one
that only answers never loads what is needed to fit.
"""

from classroom.catalogue import NETWORK, TITLES
from classroom.classifiers.base import Classifier
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.knn import GradientKnn, Knn
from classroom.classifiers.svm import GradientSvm, Svm

__all__ = ["CLASSIFIERS", "Classifier", "Cnn", "Knn", "Svm", "file_of", "new_classifier"]

_BASELINES: dict[str, type[Classifier]] = {
    "svm": Svm,
    "knn": Knn,
    "svm_features": GradientSvm,
    "knn_features": GradientKnn,
}
# All the rest are networks.
CLASSIFIERS: dict[str, type[Classifier]] = {name: _BASELINES.get(name, Cnn) for name in TITLES}


def file_of(name: str) -> str:
    """Return the name of the file that such a classifier is saved as."""
    return name + CLASSIFIERS[name].suffix


def new_classifier(name: str) -> Classifier:
    """Return a classifier of `classroom.catalogue.TITLES` that has learned nothing yet."""
    if name == NETWORK or CLASSIFIERS[name] is not Cnn:
        return CLASSIFIERS[name]()
    return Cnn(network=name)
