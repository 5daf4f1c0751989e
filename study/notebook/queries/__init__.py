"""All reads of the notebook."""
