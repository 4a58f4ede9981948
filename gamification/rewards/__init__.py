"""Rewards: what there is, how many are left, who redeemed what, and what became of it."""
