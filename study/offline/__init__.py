"""A course to take along: a ZIP of plain HTML that opens from a file manager, or an EPUB for reading programs."""
