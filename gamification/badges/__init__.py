"""Badges: what members are awarded when a metric passes thresholds, and how it looks."""
