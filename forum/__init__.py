"""Boards, threads and posts: the flat order is the truth, the tree a view of it."""
