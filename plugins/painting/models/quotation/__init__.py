"""`quotation`: paints a theme from masses of real works, with a master's own paint."""
