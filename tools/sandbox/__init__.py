"""Where a program runs, and what is enforced on it while it does."""
