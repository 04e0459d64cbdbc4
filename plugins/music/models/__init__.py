"""The models of the music medium: the composer, which writes, and the analyst, which reads."""
