"""The archive as data: reading, names, and what hostile zips do to it."""
