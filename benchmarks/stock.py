"""What a teacher would write today: Keras' example network, scikit-learn's SVC and k-NN.

Run by speed.py, in a process of its own. Prints one JSON object: the seconds to fit and to
predict the test set, and the accuracy, of each.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np


def network(data: dict[str, np.ndarray], epochs: int) -> dict[str, float]:
    """Train the network of Keras' example "Simple MNIST convnet", as that page says."""
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    train, test = (data[name][..., None].astype("float32") / 255 for name in ("x_train", "x_test"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    began = time.perf_counter()
    model.fit(
        train, data["y_train"], batch_size=128, epochs=epochs, validation_split=0.1, verbose=0
    )
    fitted = time.perf_counter()
    answers = model.predict(test, verbose=0).argmax(axis=1)
    asked = time.perf_counter()
    one = one_digit(lambda: model.predict(test[:1], verbose=0))
    return figures(fitted - began, asked - fitted, answers, data, one)


def estimator(model: object, data: dict[str, np.ndarray]) -> dict[str, float]:
    """Fit an estimator of scikit-learn on pixels from 0 to 1."""
    train, test = (data[name].reshape(len(data[name]), -1) / 255 for name in ("x_train", "x_test"))
    began = time.perf_counter()
    model.fit(train, data["y_train"])
    fitted = time.perf_counter()
    answers = model.predict(test)
    asked = time.perf_counter()
    one = one_digit(lambda: model.predict(test[:1]))
    return figures(fitted - began, asked - fitted, answers, data, one)


def one_digit(ask, times: int = 30) -> float:
    """Return the median of the milliseconds that one digit takes."""
    ask()
    found = []
    for _time in range(times):
        began = time.perf_counter()
        ask()
        found.append(1000 * (time.perf_counter() - began))
    return float(np.median(found))


def figures(
    fit: float, predict: float, answers: np.ndarray, data: dict[str, np.ndarray], one: float
) -> dict[str, float]:
    """Return one row."""
    accuracy = float(np.mean(answers == data["y_test"]))
    return {"fit": fit, "predict": predict, "accuracy": accuracy, "one_digit_ms": one}


def main() -> None:
    mnist, epochs = Path(sys.argv[1]), int(sys.argv[2])
    with np.load(mnist, allow_pickle=False) as file:
        data = {name: file[name] for name in file.files}
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    rows = {
        "cnn": network(data, epochs),
        "svm": estimator(SVC(C=5, gamma=0.02), data),
        "knn": estimator(KNeighborsClassifier(), data),
    }
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
