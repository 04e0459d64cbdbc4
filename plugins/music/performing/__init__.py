"""Written music as sound: instruments, the synthesiser, sound files."""
