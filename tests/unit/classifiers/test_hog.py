import cv2
import numpy as np

from classroom.classifiers.hog import gradients, upright
from classroom.datasets.mnist_files import Mnist


def leaning(image: np.ndarray, slant: float) -> np.ndarray:
    move = np.array([[1, slant, -13.5 * slant], [0, 1, 0]], np.float64)
    return cv2.warpAffine(image, move, (28, 28))


def slant_of(image: np.ndarray) -> float:
    ink = cv2.moments(image)
    return ink["mu11"] / ink["mu02"]


def test_a_leaning_digit_is_set_upright(small_mnist: Mnist) -> None:
    image = small_mnist.train_images[0]
    for slant in (-0.4, 0.3):
        lean = leaning(upright(image), slant)
        assert abs(slant_of(lean)) > 0.15
        assert abs(slant_of(upright(lean))) < 0.05


def test_there_is_something_to_say_of_any_picture() -> None:
    dot, line, full = (np.zeros((28, 28), np.uint8) for _ in range(3))
    dot[5, 5] = 255
    line[14, 3:25] = 255
    full[:] = 255
    rows = gradients(np.stack([dot, line, full, np.zeros_like(dot)]))
    assert rows.shape == (4, 1296)
    assert np.isfinite(rows).all()
    assert not rows[3].any()
    assert gradients(np.empty((0, 28, 28), np.uint8)).shape == (0, 1296)


def test_a_faint_pen_counts_as_much_as_a_strong_one(small_mnist: Mnist) -> None:
    images = small_mnist.train_images[:20]
    strong, faint = gradients(images), gradients((images // 2).astype(np.uint8))
    assert np.abs(strong - faint).max() < 0.1
    others = gradients(small_mnist.train_images[20:40])
    pens, digits = (np.linalg.norm(strong - other, axis=1) for other in (faint, others))
    assert pens.max() < digits.min()


def test_it_takes_digits_as_rows_too(small_mnist: Mnist) -> None:
    images = small_mnist.train_images[:5]
    np.testing.assert_array_equal(gradients(images), gradients(images.reshape(5, 784)))
