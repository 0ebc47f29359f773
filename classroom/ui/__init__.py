"""The window: one frame a panel, and the few parts that they share."""
