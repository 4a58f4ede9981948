"""Posts of the buyer show, as clients see, write and follow them."""
