"""Measurements, run on purpose; pytest does not collect them."""
