"""All writes of the study room, by noun."""
