"""Writes of the gradebook."""
