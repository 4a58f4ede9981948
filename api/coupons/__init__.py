"""Coupons as clients see them."""
