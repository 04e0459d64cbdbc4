"""What the models of both languages stand on: counts, memories, filters against copies, and how they are lent."""
