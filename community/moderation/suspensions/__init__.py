"""Suspensions that end before their time, by staff."""
