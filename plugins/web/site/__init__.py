"""The studio in a browser: pages and an interface over HTTP."""
