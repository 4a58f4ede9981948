"""Points as clients see them."""
