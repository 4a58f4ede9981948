"""Referrals in the engine: what is promised for them, and how the referee's activities move one."""
