"""Bad Keras files."""

import functools
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from bad_bytes import mutated, values
from hypothesis import strategies as st


@functools.cache
def shipped() -> dict[str, bytes]:
    """Return what the shipped network's file holds."""
    from classroom.starts import Start

    with zipfile.ZipFile(Start.BASE.file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lambda_layer() -> dict[str, Any]:
    """Return the configuration of a layer with code in it."""
    import marshal

    code = marshal.dumps(compile("open('ran.txt', 'w')", "x", "eval"))
    function = {"class_name": "__lambda__", "config": {"code": code.hex(), "defaults": None}}
    return {"module": "keras.layers", "class_name": "Lambda", "config": {"function": function}}


def keras_file(data: Any, folder: Path) -> None:
    """Write a Keras file: the shipped network with something in it changed."""
    members = dict(shipped())
    config = json.loads(members["config.json"])
    layers = config["config"]["layers"]
    layer = data.draw(st.sampled_from(layers))
    match data.draw(st.sampled_from(["value", "lambda", "class", "huge", "bytes", "bytes"])):
        case "value":
            layer["config"][data.draw(st.sampled_from(sorted(layer["config"])))] = data.draw(values)
        case "lambda":
            layers.insert(data.draw(st.integers(0, len(layers))), lambda_layer())
        case "class":
            layer["module"], layer["class_name"] = data.draw(
                st.sampled_from(
                    [("os", "system"), ("subprocess", "Popen"), ("builtins", "eval"),
                     ("keras.layers", "Nothing"), ("keras.layers", "TFSMLayer"), (None, None)]
                )
            )  # fmt: skip
        case "huge":
            size = data.draw(st.sampled_from([10**6, 10**9, 2**40]))
            for name in {"units", "filters", "batch_shape"} & set(layer["config"]):
                value = [None, size, size, 1] if name == "batch_shape" else size
                layer["config"][name] = value
    members["config.json"] = json.dumps(config).encode()
    name = data.draw(st.sampled_from(sorted(members)))
    if data.draw(st.booleans()):
        members[name] = mutated(data, members[name])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    content = packed.getvalue()
    if data.draw(st.integers(0, 3)) == 0:
        content = mutated(data, content)
    (folder / "d.keras").write_bytes(content)
