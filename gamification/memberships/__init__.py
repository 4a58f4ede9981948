"""Paid memberships: plans, members' periods, and what the perks were worth."""
