"""What moderators decide: taken, told, taken back, overturned."""
