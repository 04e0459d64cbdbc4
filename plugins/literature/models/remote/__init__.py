"""Models behind an endpoint that speaks OpenAI's protocol: asked for a text, checked, asked to mend it."""
