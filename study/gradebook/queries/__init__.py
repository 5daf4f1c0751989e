"""Reads of the gradebook."""
