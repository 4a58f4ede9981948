"""Referrals as clients see them."""
