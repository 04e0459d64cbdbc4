"""Finding damage in a picture and mending it."""
