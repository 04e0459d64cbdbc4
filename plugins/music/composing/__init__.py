"""The craft of composing: from wishes and plans to candidates, a critic and edits of given works."""
