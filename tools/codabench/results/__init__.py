"""Logs and results: where they are, fetched and unpacked safely."""
