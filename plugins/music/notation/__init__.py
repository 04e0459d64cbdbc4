"""Written music: files and pages, read and written (MIDI, MusicXML, ABC, Humdrum kern, piano rolls)."""
