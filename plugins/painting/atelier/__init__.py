"""The atelier: theme -> plan -> scene -> strokes.

`plan` decides what is in the picture and where, as data; `compose` draws it as a `Scene` (local colour, depth, kinds,
directions); `styles` turn a scene into paint. Lengths in plans and elements are in picture heights, so that a work
looks alike at each size.
"""
