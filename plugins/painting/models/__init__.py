"""The painting models: a folder for each, with its options, engine, training, card and weights."""
