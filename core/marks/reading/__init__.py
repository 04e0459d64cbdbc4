"""Everybody's marks, read: what a file of any kind says of its making, and whether that holds.

`sources` finds texts and packets in a file within limits; `claims` says what they mean; `credentials` checks C2PA.
"""
