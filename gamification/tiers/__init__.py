"""Tiers: what they ask for, and which one each member holds."""
