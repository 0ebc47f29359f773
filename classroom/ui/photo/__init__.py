"""The tabs *Photo* and *Camera*: digits on paper become samples."""
