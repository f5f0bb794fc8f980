"""Copies of the database: made each night and proved, opened again, and put in its place."""
