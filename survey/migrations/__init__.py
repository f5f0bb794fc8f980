"""Schema changes, one file each, forward and back."""
