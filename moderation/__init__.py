"""Answerable moderation: reports, decisions with reasons, and the public log. It knows no feature, only their ports."""
