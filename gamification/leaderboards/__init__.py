"""Leaderboards: PostgreSQL keeps and orders the standings, Redis holds a copy that is fast to ask.

A standing belongs to a board's season, not to its metric: a board's own start and end decide
which activities count, so two boards of one metric seldom have the same windows. What they do
share is the `Count`, made once per metric, so that they agree wherever their seasons coincide.

`store` writes and finds, `ranking` asks PostgreSQL, `mirror` (with `element` and `scripts`) is the
copy in Redis, `reading` asks the copy and falls back to PostgreSQL, `rebuild` and `jobs` keep the
copy whole, `live` tells subscribers, `service` has the verbs.
"""
