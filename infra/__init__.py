"""What every slice stands on: transactions, the activity log, Redis, clock, ids, languages."""
