"""Pages of the notebook of mistakes."""
