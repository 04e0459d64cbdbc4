"""The built-in plugins. Each enters through its entry point, like anyone's."""
