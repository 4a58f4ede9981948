"""Paid memberships as clients see them."""
