"""Causal language models of notes, from a folder or the local cache: the Anticipatory Music Transformer, bars and ranges kept."""
