"""Comments on posts, as clients see, write and follow them."""
