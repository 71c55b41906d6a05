"""Questions in plain words, English or Chinese, as filters of /v1/moves.

words.py        what the phrases of en.toml and zh.toml mean, and the names of the registry
reading.py      a question cut into what is understood and what is not
clauses.py      which organization is which end, what is a time, what follows what
parsing.py      its meaning as filters
"""
