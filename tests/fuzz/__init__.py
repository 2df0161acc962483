"""Damaged submissions: the kit must answer each with findings, never with a traceback or with ever more memory.

A run of the tests tries a few dozen of each kind; the variable KIT_FUZZ_CASES says how many.
"""
