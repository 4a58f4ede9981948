"""What members show each other: posts about products, and what others make of them."""
