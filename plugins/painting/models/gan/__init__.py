"""`gan`: a pair of networks to be trained on a folder of pictures."""
