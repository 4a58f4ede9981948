"""The moderators' queue, decisions, appeals and policies, as clients see and use them."""
