"""Ink, photos, frames and sheets to 28x28: the only way into a classifier."""
