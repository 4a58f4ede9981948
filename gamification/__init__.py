"""Points, tiers, badges, challenges, streaks and boards: what members earn and how they play."""
