"""A project set up for a competition: its settings, and a bundle of what the organiser made public."""
