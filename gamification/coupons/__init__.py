"""Coupons: issued by rules, rewards and staff; used once at the shop's checkout."""
