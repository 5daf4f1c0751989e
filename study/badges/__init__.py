"""Certificates as Open Badges 3.0: what they say as JSON, the site's own key, signed files."""
