"""Finding organizations: the active registry as columns of numbers, in memory, exactly as new as the database.

`wanted` is what somebody asks for, `table` what there is, `counting` how many have what, `found` the answer.
"""
