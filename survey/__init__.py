"""Afterword: anonymous patient-satisfaction surveys for small practices.

Nothing here may import a third-party package: the bootstrap in ``__main__`` runs before any is installed.
"""

__version__ = "0.1.0"
