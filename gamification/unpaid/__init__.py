"""Points of rewards that found no room in the account of who got them."""
