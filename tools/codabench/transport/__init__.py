"""Requests and their answers, to the instance and to its storage host: time-outs, retries, redirects."""
