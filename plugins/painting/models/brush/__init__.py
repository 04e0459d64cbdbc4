"""`brush`: paints a picture anew, and gives ideas."""
