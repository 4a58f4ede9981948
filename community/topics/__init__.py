"""Topics: what posts are said to be about, in the words of their authors."""
