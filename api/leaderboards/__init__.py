"""Leaderboards as clients see them."""
