"""What was asked and is not done yet: a queue that survives a kill, and the processes that work it off."""
