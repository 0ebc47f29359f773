import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from classroom.classifiers.base import scaled
from classroom.classifiers.knn import NearestNeighbours
from classroom.datasets.mnist_files import Mnist

GENERATOR = np.random.default_rng(0)


def cloud(count: int, dimensions: int) -> np.ndarray:
    return GENERATOR.normal(size=(count, dimensions)).astype(np.float32)


def by_looking_at_all(rows: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    return NearestNeighbors(n_neighbors=k, algorithm="brute").fit(rows).kneighbors(queries)[0]


@pytest.mark.parametrize(
    ("count", "dimensions", "k"),
    [(3000, 100, 4), (500, 784, 1), (20, 784, 20), (1, 5, 1), (9, 3, 2)],
)
def test_it_finds_what_a_search_through_all_finds(count: int, dimensions: int, k: int) -> None:
    rows, queries = cloud(count, dimensions), cloud(120, dimensions)
    distances, places = NearestNeighbours(rows).nearest(queries, k)
    np.testing.assert_allclose(distances, by_looking_at_all(rows, queries, k), rtol=1e-4)
    there = np.linalg.norm(rows[places] - queries[:, None], axis=2)
    np.testing.assert_allclose(there, distances, rtol=1e-4)
    assert all(len(set(found)) == k for found in places)


def test_it_finds_the_nearest_digits(small_mnist: Mnist) -> None:
    rows, queries = scaled(small_mnist.train_images), scaled(small_mnist.test_images)
    distances, _places = NearestNeighbours(rows).nearest(queries, 5)
    np.testing.assert_allclose(distances, by_looking_at_all(rows, queries, 5), rtol=1e-4)


def test_the_very_same_row_is_found_at_no_distance(small_mnist: Mnist) -> None:
    rows = scaled(small_mnist.train_images[:300])
    distances, places = NearestNeighbours(np.concatenate([rows, rows])).nearest(rows, 2)
    assert (distances == 0).all()
    np.testing.assert_array_equal(np.sort(places), np.arange(300)[:, None] + [0, 300])


def test_no_query_is_no_answer() -> None:
    distances, places = NearestNeighbours(cloud(10, 4)).nearest(cloud(0, 4), 3)
    assert distances.shape == places.shape == (0, 3)
