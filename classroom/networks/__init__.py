"""The networks, augmentation, training from scratch, and fine-tuning.

Importing any module of this package loads Keras, with TensorFlow as its backend.
"""

import os

from classroom import runtime

# Keras reads this when it is imported. Training and `keras_models.compiled` use TensorFlow itself.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

with runtime.unused_by_keras_hidden():
    import keras  # noqa: F401
