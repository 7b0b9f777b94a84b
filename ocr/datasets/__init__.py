"""Labelled and rendered pages as training examples and as `Page`s."""
