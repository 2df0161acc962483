"""Codabench's compute worker, played locally: the two jobs of a submission and what the platform makes of them."""
