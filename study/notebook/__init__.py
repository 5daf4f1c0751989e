"""The notebook of mistakes: what was answered wrong comes again until it is known."""
