"""Streaks: the days members checked in, what keeps a streak alive, and what is left of it."""
