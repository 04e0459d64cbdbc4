"""Where formats keep what is said of a file: found, put in and taken out, whoever wrote it.

A format is told by its first bytes, never by its name. Each module knows one family; `embedding` chooses among them.
"""
