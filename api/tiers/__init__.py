"""Tiers as clients see them."""
