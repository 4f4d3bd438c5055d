"""Measurements, run on purpose: `make bench`. The tests do not collect them; docs/performance.md
says what is measured, and how to read it."""
