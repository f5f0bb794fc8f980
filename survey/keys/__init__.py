"""Key files: made, used and destroyed outside every database."""
