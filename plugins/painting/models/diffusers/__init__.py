"""Stable Diffusion pipelines of diffusers, from a folder or the local cache, with our plans to begin and our hands to end."""
