"""Cento: poems made of real lines of public-domain poets, each from another poem, the poets named."""
