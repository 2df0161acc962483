"""The images and their labels: load, inspect, clean, split, and the built-in sample."""
