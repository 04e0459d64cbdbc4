"""The eye: descriptors, Fisher vectors and the classifiers on them."""
