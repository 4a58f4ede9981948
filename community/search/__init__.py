"""Search of posts, products and topics, in Chinese and English."""
