"""The evaluators' package sets as locked environments, the builder of them, and the Python that an evaluation uses."""
