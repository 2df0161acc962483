"""A walk through what surely runs of an entry: its import, constructor and method, as far as reading can follow.

Nothing is imported or executed. `entry.follow` gives the events that the checks judge: imports, calls with the values
of their arguments, and names, each with whether it surely runs. What cannot be decided is not sure, and not accused.
"""
