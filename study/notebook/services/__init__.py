"""All writes of the notebook."""
