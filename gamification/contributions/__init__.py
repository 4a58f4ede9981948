"""Contributions: what members' posts brought them, beside what was decided about the posts."""
