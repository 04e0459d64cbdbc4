"""The poet's workshop: verse checked by the handbooks, rhymes found, lines traced, mended and answered."""
