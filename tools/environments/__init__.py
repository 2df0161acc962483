"""The evaluators' package sets, and the Python that a local evaluation runs in."""
