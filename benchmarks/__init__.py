"""Measurements, run on purpose; the tests do not collect them."""
