"""What this machine can do for the kit: facts, each with how it stands and what to type to mend it. Offline."""
