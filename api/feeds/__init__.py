"""Feeds over GraphQL."""
