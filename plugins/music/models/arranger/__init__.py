"""The arranger: sets words to music, and accompanies melodies. Rules and search, no weights; see `setting` and `arranging`."""
