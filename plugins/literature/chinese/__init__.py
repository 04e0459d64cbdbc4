"""Chinese: the prosody of classical verse, a character model of it, a prose model, and an honest reader."""
