"""What an ingestion program asks of an entry, read from its text; it is never run."""
