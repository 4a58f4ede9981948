"""Metrics by day: one number for each member, metric and day, which tiers and others read."""
