"""The composer: a small transformer that writes one position per note, for every operation of music but analysis.

Weights: trained on public-domain works that come with music21 (see the card), without the works held out for judging.
Encoding and network follow `encoding` and `network`; guarantees (bars, metre, ranges, phrase ends, the final cadence)
come from the masks of `composing.rules`, not from training.
"""
