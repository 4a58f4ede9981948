"""Challenges, participations and teams as clients see them."""
