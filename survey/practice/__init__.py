"""Practices, their people and their cells; both sides of the wall may point here."""
