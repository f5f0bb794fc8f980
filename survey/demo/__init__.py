"""A believable practice, lived through on a simulated clock by way of the real pipeline."""
