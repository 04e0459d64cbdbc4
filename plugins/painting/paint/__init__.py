"""The paint of a master: patches of real works, from coarse to fine, led by soft masses."""
