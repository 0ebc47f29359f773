"""For each kind of layer, a rule for its output shape and its number of parameters.

`classroom.networks.description` applies them. Keras knows both too, but only by building the layer.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

# The shape of one digit's values, without the batch axis.
Shape = tuple[int, ...]
Config = dict[str, Any]
# A layer's output shape and its number of parameters.
Made = tuple[Shape, int]
Rule = Callable[[Config, Sequence[Shape]], Made]

# The largest kernel, stride or pooling window that is accepted.
_WIDEST = 1_000


class Unbounded(ValueError):
    """The network is too large, contradicts itself, or has a layer without a rule."""


def number(config: Config, key: str) -> int:
    """Return an integer of at least 1 from a configuration."""
    return _whole(config[key], key)


def _whole(value: Any, key: str, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise Unbounded(f"{key} of {value!r}")
    return value


def _each(config: Config, key: str, count: int) -> tuple[int, ...]:
    """Return the size for each of `count` axes; the configuration has one number or a list."""
    value = config[key]
    sizes = tuple(value) if isinstance(value, list) else (value,) * count
    if len(sizes) != count or any(_whole(size, key) > _WIDEST for size in sizes):
        raise Unbounded(f"{key} of {value!r}")
    return sizes


def _only(shapes: Sequence[Shape]) -> Shape:
    if len(shapes) != 1:
        raise Unbounded(f"{len(shapes)} inputs where one was expected")
    return shapes[0]


def _image(config: Config, shapes: Sequence[Shape]) -> tuple[Shape, int]:
    """Return the spatial shape of the input, and its number of channels."""
    shape = _only(shapes)
    if config.get("data_format", "channels_last") not in ("channels_last", None) or len(shape) < 2:
        raise Unbounded(f"an input of shape {shape}")
    return shape[:-1], shape[-1]


def _slid(
    config: Config, space: Shape, window: Shape, stride: Shape, dilation: Shape | None = None
) -> Shape:
    """Return the number of positions of a sliding window along each axis of `space`."""
    steps = []
    for axis, length in enumerate(space):
        reach = (window[axis] - 1) * (dilation[axis] if dilation else 1)
        if config["padding"] == "valid":
            length -= reach
        steps.append(-(-length // stride[axis]))
    if config["padding"] not in ("valid", "same") or min(steps) < 1:
        raise Unbounded(f"padding {config['padding']!r} of {space} by {window}")
    return tuple(steps)


def _convolved(config: Config, space: Shape) -> tuple[Shape, Shape]:
    """Return the spatial output shape and the kernel size of a convolution."""
    count = len(space)
    kernel, dilation = (_each(config, key, count) for key in ("kernel_size", "dilation_rate"))
    # For a large dilated kernel, TensorFlow pads the input in memory.
    if any(d * (k - 1) > _WIDEST for d, k in zip(dilation, kernel, strict=True)):
        raise Unbounded(f"a kernel of {kernel}, dilated by {dilation}")
    return _slid(config, space, kernel, _each(config, "strides", count), dilation), kernel


def _convolution(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    out, kernel = _convolved(config, space)
    filters, groups = number(config, "filters"), number(config, "groups")
    weights = math.prod(kernel) * -(-channels // groups) * filters
    return (*out, filters), weights + (filters if config["use_bias"] else 0)


def _depthwise(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    out, kernel = _convolved(config, space)
    made = channels * number(config, "depth_multiplier")
    return (*out, made), math.prod(kernel) * made + (made if config["use_bias"] else 0)


def _separable(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    out, kernel = _convolved(config, space)
    between, filters = channels * number(config, "depth_multiplier"), number(config, "filters")
    bias = filters if config["use_bias"] else 0
    return (*out, filters), math.prod(kernel) * between + between * filters + bias


def _transposed(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    count = len(space)
    kernel, stride = (_each(config, key, count) for key in ("kernel_size", "strides"))
    plain = config.get("output_padding") is None and set(_each(config, "dilation_rate", count))
    if plain != {1} or config["padding"] not in ("valid", "same"):
        raise Unbounded("a transposed convolution of another kind")
    same = config["padding"] == "same"
    out = tuple(
        length * s + (0 if same else max(k - s, 0))
        for length, k, s in zip(space, kernel, stride, strict=True)
    )
    filters = number(config, "filters")
    weights = math.prod(kernel) * channels * filters
    return (*out, filters), weights + (filters if config["use_bias"] else 0)


def _pooling(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    window = _each(config, "pool_size", len(space))
    stride = window if config.get("strides") is None else _each(config, "strides", len(space))
    return (*_slid(config, space, window, stride), channels), 0


def _global_pooling(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    kept = (1,) * len(space) if config.get("keepdims") else ()
    return (*kept, channels), 0


def _dense(config: Config, shapes: Sequence[Shape]) -> Made:
    shape, units = _only(shapes), number(config, "units")
    if not shape:
        raise Unbounded("a dense layer of nothing")
    return (*shape[:-1], units), shape[-1] * units + (units if config["use_bias"] else 0)


def _recurrent(gates: int, biases: int) -> Rule:
    def rule(config: Config, shapes: Sequence[Shape]) -> Made:
        (length, features), units = _only(shapes), number(config, "units")
        if config.get("return_state") or config.get("reset_after") is False:
            raise Unbounded("a recurrent layer of another kind")
        bias = biases * units if config["use_bias"] else 0
        out = (length, units) if config.get("return_sequences") else (units,)
        return out, gates * (units * (features + units) + bias)

    return rule


def _same(_config: Config, shapes: Sequence[Shape]) -> Made:
    return _only(shapes), 0


def _rescaling(config: Config, shapes: Sequence[Shape]) -> Made:
    # A list would be broadcast with the pixels, and could enlarge the output.
    if not all(type(config[key]) in (int, float) for key in ("scale", "offset")):
        raise Unbounded("a rescaling by more than one number")
    return _only(shapes), 0


def _along(config: Config, shape: Shape) -> int:
    """Return the product of the sizes of the axes that a normalisation has parameters for."""
    axis = config.get("axis", -1)
    axes = axis if isinstance(axis, list) else [axis]
    return math.prod(shape[each if each < 0 else each - 1] for each in axes)


def _batch_normalisation(config: Config, shapes: Sequence[Shape]) -> Made:
    shape = _only(shapes)
    # The moving mean and variance count as parameters too.
    return shape, _along(config, shape) * (2 + bool(config["scale"]) + bool(config["center"]))


def _normalisation(config: Config, shapes: Sequence[Shape]) -> Made:
    shape = _only(shapes)
    return shape, _along(config, shape) * (bool(config["scale"]) + bool(config["center"]))


def _prelu(_config: Config, shapes: Sequence[Shape]) -> Made:
    shape = _only(shapes)
    return shape, math.prod(shape)


def _flatten(_config: Config, shapes: Sequence[Shape]) -> Made:
    return (math.prod(_only(shapes)),), 0


def _reshape(config: Config, shapes: Sequence[Shape]) -> Made:
    total, target = math.prod(_only(shapes)), list(config["target_shape"])
    known = math.prod(_whole(size, "target_shape") for size in target if size != -1)
    shape = tuple(total // known if size == -1 else size for size in target)
    if math.prod(shape) != total or target.count(-1) > 1:
        raise Unbounded(f"{total} values as {target}")
    return shape, 0


def _permute(config: Config, shapes: Sequence[Shape]) -> Made:
    shape, order = _only(shapes), config["dims"]
    if sorted(order) != list(range(1, len(shape) + 1)):
        raise Unbounded(f"axes in the order {order}")
    return tuple(shape[axis - 1] for axis in order), 0


def _repeat(config: Config, shapes: Sequence[Shape]) -> Made:
    return (number(config, "n"), *_only(shapes)), 0


def _edges(config: Config, key: str, count: int) -> list[int]:
    """Return for each axis the total that is added to, or cut from, its two ends."""
    value = config[key]
    if not isinstance(value, list):
        value = [value] * count
    if count == 1 and len(value) == 2:
        # These are the two ends of a single axis.
        value = [value]
    pairs = [pair if isinstance(pair, list) else [pair, pair] for pair in value]
    if len(pairs) != count or any(len(pair) != 2 for pair in pairs):
        raise Unbounded(f"{key} of {value!r}")
    return [sum(_whole(size, key, 0) for size in pair) for pair in pairs]


def _padding(sign: int, key: str) -> Rule:
    def rule(config: Config, shapes: Sequence[Shape]) -> Made:
        space, channels = _image(config, shapes)
        edges = _edges(config, key, len(space))
        out = tuple(length + sign * edge for length, edge in zip(space, edges, strict=True))
        if min(out) < 1:
            raise Unbounded(f"{space} cropped by {edges}")
        return (*out, channels), 0

    return rule


def _upsampling(config: Config, shapes: Sequence[Shape]) -> Made:
    space, channels = _image(config, shapes)
    sizes = _each(config, "size", len(space))
    return (*(length * size for length, size in zip(space, sizes, strict=True)), channels), 0


def _merged(_config: Config, shapes: Sequence[Shape]) -> Made:
    if not shapes or len({len(shape) for shape in shapes}) != 1:
        raise Unbounded(f"{shapes} as one")
    out = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    if any(size not in (1, out[axis]) for shape in shapes for axis, size in enumerate(shape)):
        raise Unbounded(f"{shapes} as one")
    return out, 0


def _concatenated(config: Config, shapes: Sequence[Shape]) -> Made:
    axis = config["axis"]
    axis = axis if axis < 0 else axis - 1 - len(shapes[0])
    out = list(shapes[0])
    out[axis] = sum(shape[axis] for shape in shapes)
    for shape in shapes:
        if (*shape[:axis], out[axis], *shape[len(shape) + axis + 1 :]) != tuple(out):
            raise Unbounded(f"{shapes} side by side")
    return tuple(out), 0


def _kinds(*names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names, rule)


RULES: dict[str, Rule] = {
    **_kinds("Conv1D", "Conv2D", rule=_convolution),
    **_kinds("DepthwiseConv1D", "DepthwiseConv2D", rule=_depthwise),
    **_kinds("SeparableConv1D", "SeparableConv2D", rule=_separable),
    **_kinds("Conv1DTranspose", "Conv2DTranspose", rule=_transposed),
    **_kinds(
        "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D", rule=_pooling
    ),
    **_kinds(
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D",
        "GlobalAveragePooling2D", rule=_global_pooling,
    ),
    **_kinds(
        "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Identity", "Dropout",
        "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
        "AlphaDropout", "ActivityRegularization", "UnitNormalization", "RandomFlip",
        "RandomRotation", "RandomTranslation", "RandomZoom", rule=_same,
    ),
    **_kinds("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", rule=_merged),
    **_kinds("LayerNormalization", "GroupNormalization", rule=_normalisation),
    **_kinds("ZeroPadding1D", "ZeroPadding2D", rule=_padding(1, "padding")),
    **_kinds("Cropping1D", "Cropping2D", rule=_padding(-1, "cropping")),
    **_kinds("UpSampling1D", "UpSampling2D", rule=_upsampling),
    "BatchNormalization": _batch_normalisation,
    "Concatenate": _concatenated,
    "Dense": _dense,
    "Flatten": _flatten,
    "GRU": _recurrent(3, 2),
    "LSTM": _recurrent(4, 1),
    "PReLU": _prelu,
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "SimpleRNN": _recurrent(1, 1),
}  # fmt: skip
