"""A competition in words: phases, limits, leaderboard."""
