"""The inbox: what people are told, and copies of it by mail."""
