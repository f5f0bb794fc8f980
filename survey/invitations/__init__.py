"""From a visit to one neutral mail; the last place where a person has an address."""
