"""Forms of the gradebook."""
