"""The studio for agents: the Model Context Protocol over standard input and output, or HTTP."""
