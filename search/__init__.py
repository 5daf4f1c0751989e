"""Finding things: one full-text index over everything people write, in Chinese and English."""
