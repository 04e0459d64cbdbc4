"""One small decoder-only transformer, trained with torch and decoded with numpy, for every medium that writes in
tokens.
"""
