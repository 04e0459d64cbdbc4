"""What may be asked of a studio from outside, in plain JSON, and what it answers: shared by agents and pages."""
