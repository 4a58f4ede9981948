"""Rehearsals of rules on the shop's own past."""
