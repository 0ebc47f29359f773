"""CNN, SVM and k-NN behind one interface: fit, predict_proba, save, load.

Keras and scikit-learn take seconds to import, so each is imported where it is
first needed: a process that only asks an SVM never loads TensorFlow, and one
that only answers never loads what is needed to fit.
"""

from classroom.classifier import Classifier
from classroom.cnn import Cnn
from classroom.knn import Knn
from classroom.svm import Svm

__all__ = ["CLASSIFIERS", "Classifier", "Cnn", "Knn", "Svm"]

CLASSIFIERS: dict[str, type[Classifier]] = {each.name: each for each in (Cnn, Svm, Knn)}
