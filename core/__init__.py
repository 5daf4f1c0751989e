"""The shared kernel: everything here serves every feature and knows none."""
