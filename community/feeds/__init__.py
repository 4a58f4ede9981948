"""Feeds: lists of published posts, a page at a time, for whoever reads."""
