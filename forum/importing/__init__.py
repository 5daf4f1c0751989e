"""Taking in threads from another forum: read and check lines, render on all cores, write in batches."""
