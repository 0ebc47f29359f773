"""File formats of samples, one module a format."""
