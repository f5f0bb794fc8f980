"""What an operator types: one module for each group of commands, joined in ``survey.cli``."""
