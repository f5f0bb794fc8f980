"""Instruments as data: YAML in, frozen objects out."""
