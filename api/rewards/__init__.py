"""Rewards and redemptions as clients see them."""
