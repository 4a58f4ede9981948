"""Decisions about posts, comments and members, and appeals against them, as clients see them."""
