"""One file for each version of the schema; a new one is added at the end, with its number in `schema.VERSIONS`."""
