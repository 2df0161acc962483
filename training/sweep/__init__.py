"""Sweeps: one recipe trained with other values of some of its fields, each trial a full run, and what came out.

axis    a field and the values that are tried      sweep    the trials that are wanted, and what makes a sweep this one
ledger  what was tried, kept by Optuna             search   runs the trials (the only part that trains)
table   sweep.csv, sweep.json and sweep.png
"""
