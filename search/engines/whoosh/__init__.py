"""The embedded engine: a Whoosh index on disk. Nothing outside this package imports whoosh."""

from search.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
