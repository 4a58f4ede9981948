"""Members as clients see them."""
