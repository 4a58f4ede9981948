"""Sharing posts by links."""
