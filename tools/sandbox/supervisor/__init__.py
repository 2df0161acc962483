"""The process between the kit and a program: it keeps the limits, and ends the program when the kit is gone."""
