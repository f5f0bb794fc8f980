"""Visits as the practice's own software knows them; the identified side starts here."""
