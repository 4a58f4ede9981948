"""Check-ins and streaks as clients see them."""
