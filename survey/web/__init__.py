"""Thin views; a form lives beside its only route."""
