"""Classical Chinese verse by characters, each line from its end."""
