"""Referrals: who brought whom, what speaks against it, and what both are paid for it."""
