"""A film in memory and in its file: containers, coding, sound, and what can be measured in it."""
