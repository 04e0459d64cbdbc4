"""English: the sound of words, a verse model that writes lines from their ends, a prose model, and an honest reader."""
