"""The files that music is read from and written to: MIDI, audio, scores and pictures."""
