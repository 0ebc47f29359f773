"""Adds up the size of a network from its configuration in a Keras file, without building it.

`classroom.networks.file_check` calls it; `classroom.networks.sizes` has the rule for each layer.
"""

import math
from collections.abc import Iterator
from typing import Any

from classroom.networks.sizes import RULES, Config, Shape, Unbounded

# At least ten times what the largest of `classroom.networks.architectures` takes.
PARAMETERS_AT_MOST = 10_000_000
VALUES_AT_MOST = 2_500_000
# The largest layer output decides how much memory is used: 1,000 digits are computed at once.
WIDEST_AT_MOST = 200_000
CALLS_AT_MOST = 5_000

_MODELS = ("Sequential", "Functional", "Model")
_KERAS = ("keras", "keras.")


class Description:
    """The sizes of a network, added up from its input to its output.

    Models within models are followed too. A layer that is called several times counts each time,
    but its parameters count once.

    Attributes
    ----------
    parameters : int
    values : int
        The number of values in the outputs of all layers, for one digit.
    calls : int
        The number of layer calls.
    """

    def __init__(self) -> None:
        self.parameters = 0
        self.values = 0
        self.calls = 0

    def follow(self, model: Config, given: Shape) -> Shape:
        """Follow a whole network; return the shape of its output.

        Parameters
        ----------
        model : dict
            The content of ``config.json`` in a Keras file.
        given : tuple of int
            The shape of one digit.

        Raises
        ------
        Unbounded
            The network is too large, or contradicts itself, or has a layer without a rule.
        """
        outputs = self._apply(model, [given], first=True)
        if len(outputs) != 1:
            raise Unbounded(f"{len(outputs)} outputs")
        return outputs[0]

    def _apply(self, layer: Config, shapes: list[Shape], *, first: bool) -> list[Shape]:
        """Return the shapes of a layer's outputs; add its parameters if the call is its `first`."""
        kind, config = layer["class_name"], layer["config"]
        _check_origin(layer)
        _check_build(layer.get("build_config"), shapes)
        self.calls += 1
        if kind == "Sequential":
            outputs = self._sequential(config, shapes, first=first)
        elif kind in _MODELS:
            outputs = self._functional(config, shapes, first=first)
        elif kind in RULES:
            shape, parameters = RULES[kind](config, shapes)
            outputs = [shape]
            self.values += math.prod(shape)
            self.parameters += parameters if first else 0
            if math.prod(shape) > WIDEST_AT_MOST:
                raise Unbounded(f"a layer of {shape}")
        else:
            raise Unbounded(f"a layer of the kind {kind!r}")
        if (
            self.parameters > PARAMETERS_AT_MOST
            or self.values > VALUES_AT_MOST
            or self.calls > CALLS_AT_MOST
        ):
            raise Unbounded(
                f"{self.parameters} parameters, {self.values} values, {self.calls} layers"
            )
        return outputs

    def _sequential(self, config: Config, shapes: list[Shape], *, first: bool) -> list[Shape]:
        if config.get("build_input_shape") is not None:
            _agree([config["build_input_shape"]], shapes)
        for place, layer in enumerate(config["layers"]):
            if layer["class_name"] == "InputLayer":
                if place:
                    raise Unbounded("an input in the middle")
                _agree([_declared(layer)], shapes)
            else:
                shapes = self._apply(layer, shapes, first=first)
        return shapes

    def _functional(self, config: Config, shapes: list[Shape], *, first: bool) -> list[Shape]:
        layers = {layer["name"]: layer for layer in config["layers"]}
        inputs = _references(config["input_layers"])
        if len(layers) != len(config["layers"]) or len(inputs) != len(shapes):
            raise Unbounded("layers of one name, or inputs that do not fit")
        known: dict[tuple[str, int], list[Shape]] = {}
        for (name, _node, _tensor), shape in zip(inputs, shapes, strict=True):
            _agree([_declared(layers[name])], [shape])
            known[name, 0] = [shape]
        waiting = [
            (name, number, list(_tensors([node["args"], node["kwargs"]])))
            for name, layer in layers.items()
            if (name, 0) not in known
            for number, node in enumerate(layer["inbound_nodes"])
        ]
        # Keras would also build a layer that is not connected to any input.
        if {name for name, _number, _from in waiting} | {name for name, _ in known} != set(layers):
            raise Unbounded("a layer without an input")
        while waiting:
            later = []
            for name, number, sources in waiting:
                if all((source, node) in known for source, node, _tensor in sources):
                    given = [known[source, node][tensor] for source, node, tensor in sources]
                    known[name, number] = self._apply(
                        layers[name], given, first=first and number == 0
                    )
                else:
                    later.append((name, number, sources))
            if len(later) == len(waiting):
                raise Unbounded("layers that wait for each other")
            waiting = later
        return [
            known[name, node][tensor] for name, node, tensor in _references(config["output_layers"])
        ]


def _check_origin(layer: Config) -> None:
    """Raise `Unbounded` for a layer, or an object in its configuration, that is not Keras' own."""
    for each in _objects(layer):
        module = each.get("module")
        plain = module is None or module == _KERAS[0] or str(module).startswith(_KERAS[1])
        if not plain or each["class_name"] in ("__lambda__", "Lambda"):
            raise Unbounded(f"{module}.{each['class_name']}")


def _objects(value: Any) -> Iterator[Config]:
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for name, inner in value.items():
            # Inner layers are checked when they are followed.
            if name not in ("layers", "inbound_nodes"):
                yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _check_build(build: Any, shapes: list[Shape]) -> None:
    """Raise `Unbounded` if a layer declares another input than it gets: Keras would build that."""
    if not build:
        return
    if set(build) != {"input_shape"}:
        raise Unbounded(f"built with {sorted(build)}")
    shape = build["input_shape"]
    if shape is not None:
        _agree(shape if isinstance(shape[0], list) else [shape], shapes)


def _agree(declared: list[list[int | None]], shapes: list[Shape]) -> None:
    """Compare declared shapes, which include the batch, with the real ones; None is any size."""
    for said, shape in zip(declared, shapes, strict=True):
        if len(said) != len(shape) + 1 or any(
            size not in (None, real) for size, real in zip(said[1:], shape, strict=True)
        ):
            raise Unbounded(f"an input of {shape} where {said} was declared")


def _declared(layer: Config) -> list[int | None]:
    if layer["class_name"] != "InputLayer":
        raise Unbounded(f"an input of the kind {layer['class_name']!r}")
    _check_origin(layer)
    shape: list[int | None] = layer["config"]["batch_shape"]
    return shape


def _references(value: Any) -> list[tuple[str, int, int]]:
    """Return the tensors that ``input_layers`` or ``output_layers`` refer to."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        name, node, tensor = value
        return [(name, node, tensor)]
    if isinstance(value, list):
        return [reference for inner in value for reference in _references(inner)]
    raise Unbounded(f"a reference such as {value!r}")


def _tensors(value: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the tensors among the arguments of a layer's call."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, node, tensor = value["config"]["keras_history"]
            yield name, node, tensor
        else:
            for inner in value.values():
                yield from _tensors(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tensors(inner)
