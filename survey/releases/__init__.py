"""Atoms: counts over at least k answers, and comments detached from ratings."""
