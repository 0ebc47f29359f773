"""What every module knows of images: the size of a digit, and the types of pictures and boxes."""

import numpy as np
from numpy.typing import NDArray

# The width and height of a digit in pixels, as in MNIST.
SIDE = 28

# A picture of shape (h, w): grey levels, 0 is black and 255 is white.
Grey = NDArray[np.uint8]

# A rectangle in pixels: left, top, right, bottom; right and bottom are exclusive.
Box = tuple[int, int, int, int]
