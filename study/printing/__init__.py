"""Certificates on paper: PDF with embedded fonts, drawn in a child process that takes the fonts' 60 MB with it."""
