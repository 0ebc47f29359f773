"""What can learn a writer's digits: `personalisation.py` compares them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import results  # noqa: F401  finds the project

from classroom.classifiers.registry import CLASSIFIERS
from classroom.engine.retraining import LIVE_MNIST, LIVE_SEED
from classroom.engine.scoring import Digits
from classroom.networks.derived import least_sure
from classroom.networks.features import features
from classroom.networks.fine_tuning import OWN_SHARE, RECIPES, fine_tune
from classroom.networks.keras_models import compiled, load_network
from classroom.starts import Start

# From images (n, 28, 28) to digits (n,).
Answer = Callable[[np.ndarray], np.ndarray]

# The MNIST digits that a classifier on the network's features learns beside the own ones.
FEATURE_MNIST = 5_000
RIDGE_STRENGTHS = 10.0 ** np.arange(-1, 6)


@dataclass(frozen=True)
class Learnt:
    """What a learner answers after it has learnt.

    Attributes
    ----------
    answer : Answer
    thrown_away : bool
        Whether what it had learnt was discarded, so that it answers as before.
    model : keras.Model, optional
        The network, where it is one.
    """

    answer: Answer
    thrown_away: bool = False
    model: keras.Model | None = None


class Learner(ABC):
    """Something that has learnt MNIST and can learn a writer's digits as well.

    Attributes
    ----------
    title : str
        What it is called in the table.
    before : Answer
        What it answers before it has seen any digit of the writer.
    """

    title: str
    before: Answer

    @abstractmethod
    def learn(self, practice: Digits, seed: int) -> Learnt:
        """Learn at least one digit, from where it stood at the beginning."""


class Retraining(Learner):
    """The CNN, as the button *Retrain* has it learn.

    Parameters
    ----------
    start : Start
    train : Digits
    changes : dict
        Fields of the start's `Recipe` that are tried with other values.
    """

    title = "CNN"

    def __init__(self, start: Start, train: Digits, changes: Mapping[str, Any]) -> None:
        self.train = train
        self.recipe = replace(RECIPES[start], **changes)
        self.network = load_network(start.file)
        answer = compiled(self.network)
        self.before = _digits(answer)
        # Not those that are derived already: made-up writers leave out some of MNIST.
        self.least_sure = least_sure(answer, train.images)

    def learn(self, practice: Digits, seed: int) -> Learnt:
        """Fine-tune the network; `classroom.engine.retraining` makes the same call."""
        new = fine_tune(
            self.network,
            self.train.images,
            self.train.labels,
            self.least_sure,
            practice.images,
            practice.labels,
            recipe=self.recipe,
            seed=seed,
        )
        return Learnt(_digits(compiled(new)), new is self.network, new)


class Baseline(Learner):
    """SVM or k-NN, fitted anew on the digits that *Retrain* fits them on."""

    def __init__(self, name: str, train: Digits) -> None:
        self.title = {"svm": "SVM", "knn": "k-NN"}.get(name, name)
        self.name = name
        self.live = train.sample(LIVE_MNIST, LIVE_SEED)
        CLASSIFIERS[name].load_libraries()
        self.before = self._fitted(self.live, LIVE_SEED)

    def learn(self, practice: Digits, seed: int) -> Learnt:
        """Fit on MNIST and the own digits."""
        return Learnt(self._fitted(self.live.plus(practice), seed))

    def _fitted(self, digits: Digits, seed: int) -> Answer:
        classifier = CLASSIFIERS[self.name]().fit(digits.images, digits.labels, seed=seed)
        return _digits(classifier.predict_proba)


class OnFeatures(Learner):
    """A classifier on the features of the network, whose weights stay as they are.

    What counts as before are the answers of the network itself.
    """

    def __init__(self, start: Start, train: Digits) -> None:
        network = load_network(start.file)
        self.before = _digits(compiled(network))
        self.features = features(network)
        self.mnist = train.sample(FEATURE_MNIST, LIVE_SEED)
        self.rows = self.features(self.mnist.images)

    def learn(self, practice: Digits, seed: int) -> Learnt:
        """Fit the classifier on the features of MNIST and of the own digits."""
        rows = np.concatenate([self.rows, self.features(practice.images)])
        labels = np.concatenate([self.mnist.labels, practice.labels])
        own = np.arange(len(labels)) >= len(self.mnist)
        answer = self.fitted(rows, labels, own)
        return Learnt(lambda images: answer(self.features(images)))

    @abstractmethod
    def fitted(self, rows: np.ndarray, labels: np.ndarray, own: np.ndarray) -> Answer:
        """Return a function from features (n, d) to digits (n,).

        Parameters
        ----------
        rows : array of shape (m, d), float32
        labels : array of shape (m,)
        own : array of shape (m,), bool
            Which are the writer's own.
        """


class FeatureNeighbours(OnFeatures):
    """The nearest neighbours vote, by the distance of the features, weighted by its inverse."""

    title = "neighbours on features"

    def fitted(self, rows: np.ndarray, labels: np.ndarray, own: np.ndarray) -> Answer:
        """Keep all rows."""
        from sklearn.neighbors import KNeighborsClassifier

        neighbours = CLASSIFIERS["knn"]().k
        return KNeighborsClassifier(neighbours, weights="distance").fit(rows, labels).predict


class FeatureRidge(OnFeatures):
    """A ridge classifier; the own digits have the share of the weight that fine-tuning gives."""

    title = "ridge on features"

    def __init__(self, start: Start, train: Digits) -> None:
        from sklearn.linear_model import RidgeClassifierCV

        super().__init__(start, train)
        # Chosen on MNIST alone, by leaving one out, before any writer is seen.
        chosen = RidgeClassifierCV(RIDGE_STRENGTHS).fit(self.rows, self.mnist.labels)
        self.strength = float(chosen.alpha_)

    def fitted(self, rows: np.ndarray, labels: np.ndarray, own: np.ndarray) -> Answer:
        """Fit the weights of all digits at once."""
        from sklearn.linear_model import RidgeClassifier

        weights = np.where(own, OWN_SHARE / (1 - OWN_SHARE) * np.sum(~own) / np.sum(own), 1.0)
        return RidgeClassifier(self.strength).fit(rows, labels, weights).predict


def _digits(probabilities: Callable[[np.ndarray], np.ndarray]) -> Answer:
    return lambda images: probabilities(images).argmax(axis=1)
