"""The operations of the medium film, one file a verb."""
