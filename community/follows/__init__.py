"""Follows: who wants to see what whom writes."""
