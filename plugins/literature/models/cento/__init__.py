"""Cento: poems made of real couplets of public-domain poets, each from another poem, the poets named."""
