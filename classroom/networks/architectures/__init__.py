"""The networks, one module each: a function of its name, and its number of parameters."""
