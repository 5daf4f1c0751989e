"""Certificates and papers as PDF with embedded fonts, drawn in a child process that takes the fonts' 60 MB with it."""
