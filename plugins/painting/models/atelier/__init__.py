"""`atelier`: paints a theme with strokes, and learns a hand."""
