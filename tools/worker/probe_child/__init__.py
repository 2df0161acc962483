"""Asks the entry what the ingestion program will ask, one step at a time, and writes down what happened.

Copied beside the submission and run there as `python3 -m probe_child` in the evaluator's environment: Python 3.7 or
newer, standard library and NumPy only; without NumPy it does nothing.
"""

from .answer import describe

__all__ = ["describe"]
