"""Words set to music: syllables, the rhythm they ask for, a melody for them."""
