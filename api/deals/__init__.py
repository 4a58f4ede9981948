"""Group buys and bargains as clients see, start and follow them."""
