"""Challenges: their versions, who takes part, teams, and what everybody reaches together."""
