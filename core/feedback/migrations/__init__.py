"""Numbered migrations of the feedback database, run by `core.feedback.database`; never edited after a release."""
