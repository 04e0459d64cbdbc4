"""Readers of notation that cost milliseconds a work: Humdrum kern, ABC and MusicXML."""
