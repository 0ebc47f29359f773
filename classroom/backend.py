"""Chooses Keras' backend; imported before Keras is, wherever a module needs Keras."""

import os

# The rest of the program is measured on, and written for, this backend.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
