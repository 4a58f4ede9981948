"""Products of the shop: what posts are about, and how they are rated by them."""
