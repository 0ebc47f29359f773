"""The classifiers by name: every class of this package's modules that derives from `Classifier`.

Importing them loads no library: each imports Keras or scikit-learn in the method that needs it.
"""

from classroom.catalogue import TITLES
from classroom.classifiers.base import Classifier
from classroom.classifiers.cnn import Cnn
from classroom.discovery import subclasses

_BY_NAME: dict[str, type[Classifier]] = {
    kind.name: kind
    for kind in subclasses("classroom.classifiers", Classifier)  # type: ignore[type-abstract]
}
# A title without a class of its own is the title of a network.
CLASSIFIERS: dict[str, type[Classifier]] = {name: _BY_NAME.get(name, Cnn) for name in TITLES}


def file_of(name: str) -> str:
    """Return the name of the file that a classifier of this name is saved as."""
    return name + CLASSIFIERS[name].suffix


def new_classifier(name: str) -> Classifier:
    """Return an untrained classifier by its name in `classroom.catalogue.TITLES`."""
    if name in _BY_NAME:
        return _BY_NAME[name]()
    return Cnn(network=name)
