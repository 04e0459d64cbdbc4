"""The core: hooks, studio, devices, library, feedback and the value types they share."""
