"""How well moderation works: what waits, how long it takes, how often it is wrong or not agreed."""
