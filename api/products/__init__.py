"""The shop's products, as clients see and save them."""
