"""People who share one studio: who they are, what each may do, and what was done."""
