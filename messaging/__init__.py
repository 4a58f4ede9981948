"""What is said to members, and by which channel."""
