"""All reads of the study room, by noun."""
