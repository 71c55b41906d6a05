"""SPARQL from outside: checked, run in disposable processes on a snapshot, and limited.

query.py     what a request asks, and what is refused before anything runs
pool.py      the processes: deadline, respawn
worker.py    what runs in each of them
results.py   SELECT results in their four formats
"""
