"""Badges as clients see them: what they ask for, how rare they are, and who holds them."""
