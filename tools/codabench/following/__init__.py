"""A submission on its way: its stages, its end, what that means, and its place on the leaderboard."""
