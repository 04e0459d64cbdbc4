"""Compositions quoted from real works: a subject of one, surroundings of a second, colours of a third."""
