"""Keras files that ask for more than a network for digits: refused before memory is taken."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from calls import run_code

from classroom.errors import ClassroomError
from classroom.networks import file_check
from classroom.networks.description import Description
from classroom.networks.keras_models import load_network
from classroom.networks.registry import NETWORKS, new_network
from classroom.networks.sizes import RULES

Config = dict[str, Any]
layers = keras.layers
DIGIT = (28, 28, 1)


def described(model: keras.Model) -> Config:
    """Return what ``config.json`` of the model's file holds."""
    config: Config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    return config


def write(file: Path, config: Config, weights: bytes = b"", **members: bytes) -> Path:
    """Write a Keras file by hand."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", weights)
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def layer(kind: str, **config: Any) -> Config:
    return {"module": "keras.layers", "class_name": kind, "config": config}


def dense(units: int) -> Config:
    return layer("Dense", units=units, use_bias=True)


def entry(shape: tuple[int, ...] = DIGIT) -> Config:
    return layer("InputLayer", batch_shape=[None, *shape])


def stack(*inner: Config) -> Config:
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": list(inner)}}


def called(name: str, of: Config, *sources: list[Any]) -> Config:
    """Return a layer as a functional model has it, called once for each list of sources."""
    nodes = [
        {
            "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": each}}],
            "kwargs": {},
        }
        for each in sources
    ]
    return {**of, "name": name, "inbound_nodes": nodes}


def graph(*inner: Config, output: str) -> Config:
    start = {**entry(), "name": "in", "inbound_nodes": []}
    ends = {"input_layers": ["in", 0, 0], "output_layers": [output, 0, 0]}
    return {
        "module": "keras",
        "class_name": "Functional",
        "config": {"layers": [start, *inner], **ends},
    }


def doubled(depth: int) -> Config:
    """Return models in models, each of which uses the next one twice: 2 to the `depth` in all."""
    inner = stack(entry(), layer("ReLU"))
    for _level in range(depth):
        inner = graph(
            called("twice", inner, ["in", 0, 0], ["twice", 0, 0]),
            called("end", layer("ReLU"), ["twice", 1, 0]),
            output="end",
        )
    return inner


FLAT = layer("Flatten")
CONV: Config = {
    "strides": [1, 1], "dilation_rate": [1, 1], "padding": "same", "groups": 1, "use_bias": False,
}  # fmt: skip
TOO_LARGE = {
    "sixty dense layers": stack(entry(), FLAT, *[dense(9999)] * 60, dense(10)),
    "one dense layer": stack(entry(), FLAT, dense(10**9), dense(10)),
    "sixty in a model within": stack(entry(), FLAT, stack(*[dense(9999)] * 60), dense(10)),
    "sixty side by side": graph(
        called("flat", FLAT, ["in", 0, 0]),
        *[called(f"d{n}", dense(9999), ["flat", 0, 0]) for n in range(60)],
        called("end", dense(10), ["d1", 0, 0]),
        output="end",
    ),
    "kernels": stack(entry(), *[layer("Conv2D", filters=4000, kernel_size=[5, 5], **CONV)] * 9),
    "a dilated kernel": stack(
        entry(), layer("Conv2D", **{**CONV, "dilation_rate": [10**6] * 2}, filters=1, kernel_size=3)
    ),
    "maps without parameters": stack(entry(), *[layer("UpSampling2D", size=[9, 9])] * 3),
    "a frame": stack(entry(), layer("ZeroPadding2D", padding=[[900, 900], [900, 900]])),
    "repeated": stack(entry(), FLAT, layer("RepeatVector", n=10**7)),
    "many layers": stack(entry(), *[layer("ReLU")] * 6000),
    "one layer called again and again": doubled(16),
    "a recurrent layer": stack(
        entry(), layer("Reshape", target_shape=[28, 28]), layer("LSTM", units=9999, use_bias=True)
    ),
    "a list for a number": stack(
        entry(), layer("Rescaling", scale=[1.0] * 100_000, offset=0.0), FLAT, dense(10)
    ),
    "another shape is said to be built": stack(
        entry(), FLAT, {**dense(10), "build_config": {"input_shape": [None, 10**9]}}
    ),
    "a layer without an input": graph(
        called("flat", FLAT, ["in", 0, 0]),
        {**called("alone", dense(10)), "build_config": {"input_shape": [None, 10**9]}},
        called("end", dense(10), ["flat", 0, 0]),
        output="end",
    ),
    "a model within takes something else": stack(
        entry(), stack(entry((10**5, 10**5, 1)), FLAT, dense(10))
    ),
    "a layer of unknown size": stack(entry(), FLAT, layer("Embedding", input_dim=10, output_dim=9)),
    "a size that is a text": stack(entry(), FLAT, dense("10")),  # type: ignore[arg-type]
    "a module of Python": stack(entry(), FLAT, {**dense(10), "module": "os"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_a_file_makes_is_bounded(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / "net.keras", TOO_LARGE[name])
    with pytest.raises(ClassroomError, match="cannot be read as a network for digits"):
        load_network(file)
    # Not for its weights, which it has none of: those are looked at last.
    with pytest.raises((ValueError, LookupError, RecursionError)) as caught:
        file_check.check(file)
    assert not isinstance(caught.value, OSError)


def test_sixty_wide_layers_take_no_memory(tmp_path: Path) -> None:
    file = write(tmp_path / "net.keras", TOO_LARGE["sixty dense layers"])
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from classroom.errors import ClassroomError\n"
        "from classroom.networks.keras_models import load_network\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "try: load_network(Path(sys.argv[1]))\n"
        "except ClassroomError: print(peak() - before)"
    )
    pytest.importorskip("resource")
    # One of them alone would take 400 MB.
    assert int(run_code(code, file).stdout) < 150_000


def weights(fill: Callable[[h5py.File], object]) -> bytes:
    """Return an HDF5 file."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def in_a_circle(file: h5py.File) -> None:
    file.create_group("a")["again"] = file


BAD_WEIGHTS = {
    # Takes no room in the file: nothing was ever written to it.
    "empty": weights(lambda file: file.create_dataset("0", (10**6, 10**6), "f4", chunks=True)),
    "of many parts": weights(
        lambda file: [file.create_dataset(str(n), (10**6, 10), "f4") for n in range(10)]
    ),
    "in another file": weights(lambda file: file.__setitem__("0", h5py.ExternalLink("x", "y"))),
    "in a circle": weights(in_a_circle),
    "none": b"",
    "noise": b"\x89HDF" + b"0" * 100,
}


@pytest.mark.parametrize("name", BAD_WEIGHTS)
def test_the_weights_are_bounded_too(tmp_path: Path, name: str) -> None:
    config = described(new_network("lenet_average", 0))
    with pytest.raises(ClassroomError, match="cannot be read as a network for digits"):
        load_network(write(tmp_path / "net.keras", config, BAD_WEIGHTS[name]))


def test_models_within_models_without_end_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "net.keras", {})
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", '{"class_name":"Sequential","config":{"layers":[' * 10_000)
    with pytest.raises(ClassroomError):
        load_network(file)


@pytest.mark.parametrize("member", ["model.weights.npz", "assets/words.txt", "../x"])
def test_a_file_holds_nothing_else(tmp_path: Path, member: str) -> None:
    file = tmp_path / "net.keras"
    new_network("lenet_average", 0).save(file)
    load_network(file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(member, b"0" * 10)
    with pytest.raises(ClassroomError):
        load_network(file)


def test_far_too_much_packed_small_is_refused(tmp_path: Path) -> None:
    config = described(new_network("lenet_average", 0))
    file = write(tmp_path / "net.keras", config, bytes(200 * 2**20))
    assert file.stat().st_size < 2**20
    with pytest.raises(ClassroomError):
        load_network(file)


# --- code in a file ----------------------------------------------------------------------
def with_code(ran: Path) -> keras.Model:
    """Return a network with a layer that runs code."""
    place = str(ran)

    def run(pixels: Any) -> Any:
        open(place, "w").close()
        return pixels

    inner = layers.Lambda(run, output_shape=DIGIT)
    return keras.Sequential([layers.Input(DIGIT), inner, layers.Flatten(), layers.Dense(10)])


@pytest.mark.parametrize("ending", ["keras", "h5", "hdf5"])
def test_no_code_runs_out_of_a_file(tmp_path: Path, ending: str) -> None:
    file, ran = tmp_path / f"net.{ending}", tmp_path / "ran"
    with_code(ran).save(file)
    ran.unlink(missing_ok=True)
    with pytest.raises(ClassroomError, match="cannot be read as a network for digits"):
        load_network(file)
    # Under the ending that the program's own files have, whatever is in it.
    with pytest.raises(ClassroomError):
        load_network(file.rename(tmp_path / "cnn.keras"))
    assert not ran.exists()


def test_a_file_that_is_two_things_at_once_is_read_as_neither(tmp_path: Path) -> None:
    """HDF5 begins with its mark, a zip ends with its list: one file can be both."""
    ran = tmp_path / "ran"
    with_code(ran).save(tmp_path / "code.h5")
    new_network("lenet_average", 0).save(tmp_path / "sound.keras")
    both = (tmp_path / "code.h5").read_bytes() + (tmp_path / "sound.keras").read_bytes()
    ran.unlink(missing_ok=True)
    file = tmp_path / "both.h5"
    file.write_bytes(both)
    with pytest.raises(ClassroomError):
        load_network(file)
    assert not ran.exists()


# --- the sizes ---------------------------------------------------------------------------
@pytest.mark.parametrize("name", NETWORKS)
def test_the_sizes_of_every_network_are_those_that_keras_counts(name: str) -> None:
    model = new_network(name, 0)
    description = Description()
    assert description.follow(described(model), DIGIT) == (10,)
    assert description.parameters == model.count_params()


ONE_OF_EACH: dict[str, Callable[[], Any]] = {
    "Conv2D": lambda: layers.Conv2D(6, (3, 2), strides=2, padding="same", groups=2),
    "DepthwiseConv2D": lambda: layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False),
    "SeparableConv2D": lambda: layers.SeparableConv2D(7, 3, depth_multiplier=2),
    "Conv2DTranspose": lambda: layers.Conv2DTranspose(3, 4, strides=3),
    "MaxPooling2D": lambda: layers.MaxPooling2D(3, strides=2, padding="same"),
    "AveragePooling2D": lambda: layers.AveragePooling2D((2, 3)),
    "GlobalMaxPooling2D": lambda: layers.GlobalMaxPooling2D(keepdims=True),
    "GlobalAveragePooling2D": lambda: layers.GlobalAveragePooling2D(),
    "Activation": lambda: layers.Activation("relu"),
    "LayerNormalization": lambda: layers.LayerNormalization(),
    "GroupNormalization": lambda: layers.GroupNormalization(2),
    "BatchNormalization": lambda: layers.BatchNormalization(scale=False),
    "ZeroPadding2D": lambda: layers.ZeroPadding2D(((1, 2), (3, 4))),
    "Cropping2D": lambda: layers.Cropping2D((1, 2)),
    "UpSampling2D": lambda: layers.UpSampling2D((2, 3)),
    "Dense": lambda: layers.Dense(5, use_bias=False),
    "PReLU": lambda: layers.PReLU(),
    "Permute": lambda: layers.Permute((3, 1, 2)),
    "Rescaling": lambda: layers.Rescaling(1 / 255),
    "Reshape": lambda: layers.Reshape((-1, 8)),
    "RandomRotation": lambda: layers.RandomRotation(0.1),
    "SpatialDropout2D": lambda: layers.SpatialDropout2D(0.1),
}  # fmt: skip
ON_ROWS: dict[str, Callable[[], Any]] = {
    "Conv1D": lambda: layers.Conv1D(6, 3, dilation_rate=2),
    "DepthwiseConv1D": lambda: layers.DepthwiseConv1D(3),
    "SeparableConv1D": lambda: layers.SeparableConv1D(7, 3),
    "Conv1DTranspose": lambda: layers.Conv1DTranspose(3, 4, strides=2, padding="same"),
    "MaxPooling1D": lambda: layers.MaxPooling1D(2),
    "AveragePooling1D": lambda: layers.AveragePooling1D(2, padding="same"),
    "GlobalMaxPooling1D": lambda: layers.GlobalMaxPooling1D(),
    "GlobalAveragePooling1D": lambda: layers.GlobalAveragePooling1D(),
    "ZeroPadding1D": lambda: layers.ZeroPadding1D(2),
    "Cropping1D": lambda: layers.Cropping1D((1, 2)),
    "UpSampling1D": lambda: layers.UpSampling1D(2),
    "SpatialDropout1D": lambda: layers.SpatialDropout1D(0.1),
    "LSTM": lambda: layers.LSTM(5, return_sequences=True),
    "GRU": lambda: layers.GRU(5),
    "SimpleRNN": lambda: layers.SimpleRNN(5, use_bias=False),
}  # fmt: skip


@pytest.mark.parametrize("name", [*ONE_OF_EACH, *ON_ROWS])
def test_a_rule_gives_the_size_that_keras_gives(name: str) -> None:
    on_rows = name in ON_ROWS
    inner = (ON_ROWS if on_rows else ONE_OF_EACH)[name]()
    start = [layers.Reshape((28, 28))] if on_rows else [layers.Conv2D(4, 1)]
    model = keras.Sequential([layers.Input(DIGIT), *start, inner])
    description = Description()
    assert description.follow(described(model), DIGIT) == tuple(model.output_shape[1:])
    assert description.parameters == model.count_params()
    assert type(inner).__name__ in RULES


def test_layers_that_join_others_are_followed() -> None:
    start = layers.Input(DIGIT)
    shared = keras.Sequential([layers.Conv2D(4, 3, padding="same"), layers.PReLU()])
    one, two = shared(start), shared(layers.Rescaling(2)(start))
    joined = [
        layers.Add()([one, two]),
        layers.Multiply()([one, layers.GlobalMaxPooling2D(keepdims=True)(two)]),
        layers.Subtract()([one, two]),
        layers.Maximum()([one, two, start]),
    ]
    beside = layers.Concatenate()(joined)
    below = layers.Concatenate(axis=1)([beside, beside])
    row = layers.RepeatVector(3)(layers.Flatten()(below))
    model = keras.Model(start, layers.Dense(10)(layers.Flatten()(row)))
    description = Description()
    assert description.follow(described(model), DIGIT) == (10,)
    assert description.parameters == model.count_params()
    values = np.sum([np.prod(each.shape[1:]) for each in (below, row)])
    assert description.values > values
