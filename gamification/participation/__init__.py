"""What members do about challenges: join, leave, make teams; and what the clock does."""
