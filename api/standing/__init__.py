"""How members stand: suspensions, strikes, and how far they are trusted."""
