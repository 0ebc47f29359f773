"""The lesson that plays itself through the window."""
