"""The networks by name: every module of `classroom.networks.architectures` is one."""

import importlib
from collections.abc import Callable

import keras

from classroom.catalogue import TITLES
from classroom.discovery import modules

ARCHITECTURES = "classroom.networks.architectures"


def _found() -> dict[str, Callable[[], keras.Model]]:
    """Return the function of each architecture's module, which has the module's name."""
    names = [module.rpartition(".")[2] for module in modules(ARCHITECTURES)]
    # In the order in which the window lists them; those that it does not list come first.
    order = list(TITLES)
    names.sort(key=lambda name: order.index(name) if name in order else -1)
    return {
        name: getattr(importlib.import_module(f"{ARCHITECTURES}.{name}"), name) for name in names
    }


NETWORKS = _found()


def new_network(name: str, seed: int) -> keras.Model:
    """Return an untrained network by its name; the same seed gives the same weights."""
    keras.utils.set_random_seed(seed)
    return NETWORKS[name]()


def parameters(name: str) -> int:
    """Return the number of parameters that a network's module states, counted by hand."""
    count: int = importlib.import_module(f"{ARCHITECTURES}.{name}").PARAMETERS
    return count
