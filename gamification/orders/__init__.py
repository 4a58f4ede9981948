"""The orders that the shop reported, as refunds need them."""
