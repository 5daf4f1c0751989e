"""The gradebook of a course: what counts how much, what everybody has, and why."""
