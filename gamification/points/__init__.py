"""Points: the books of every member, and who may read or correct them."""
