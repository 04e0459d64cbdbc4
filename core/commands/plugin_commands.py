"""Commands that plugins add through `register_commands`, gathered without letting them replace ours."""

from __future__ import annotations

import logging
from collections.abc import Set
from typing import TYPE_CHECKING

import click

from ..errors import PluginError, tell_error

if TYPE_CHECKING:
    from ..loader import PluginHost

__all__ = ["added_commands"]

_log = logging.getLogger("artwright")


class _Collector(click.Group):
    """The group a plugin adds to: refuses names that are taken."""

    def __init__(self, plugin: str, taken: Set[str]) -> None:
        super().__init__(name="artwright")
        self.plugin, self.taken = plugin, taken

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        wanted = name or cmd.name or ""
        if wanted in self.taken:
            raise PluginError(f"plugin {self.plugin!r} adds the command {wanted!r}, which exists; rename it")
        super().add_command(cmd, name)


def added_commands(host: PluginHost, taken: Set[str]) -> dict[str, click.Command]:
    """Commands by name. A plugin that fails here is logged with its name and adds nothing."""
    found: dict[str, click.Command] = {}
    for listener in host.manager.hook.register_commands.get_hookimpls():
        group = _Collector(listener.plugin_name, {*taken, *found})
        try:
            listener.function(*([group] if "cli" in listener.argnames else []))
        except Exception as error:
            _log.warning("plugin %r adds no commands: %s", listener.plugin_name, tell_error(error))
            continue
        found.update(group.commands)
    return found
