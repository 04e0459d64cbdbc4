"""`eye`: names movement, artist and genre."""
