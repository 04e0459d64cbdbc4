"""Reading music: bars and voices, keys, chords, cadences, counterpoint, form and figures that describe a work."""
