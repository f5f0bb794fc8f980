"""The desk over released comments."""
