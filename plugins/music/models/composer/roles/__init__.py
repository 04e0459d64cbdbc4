"""Music for players with roles: a voice, two hands, four bows, a choir; chords as they are struck."""
