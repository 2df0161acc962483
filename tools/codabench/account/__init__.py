"""Signing in, and where the token is kept."""
