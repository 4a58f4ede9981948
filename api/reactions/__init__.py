"""Likes of posts and comments, as clients give them and take them back."""
