"""Digit Classroom: draw digits, keep them, retrain a network, compare classifiers."""

__version__ = "0.1.0"
