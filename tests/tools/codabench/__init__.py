"""Tests of the platform over HTTP, against a loopback server that answers as the real one does."""
