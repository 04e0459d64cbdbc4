"""Commands that plugins add through `register_commands`, gathered without letting them replace ours.

A group of the name of a medium that the plugin owns adds its commands to that medium's own group.
"""

from __future__ import annotations

import logging
from collections.abc import Set
from typing import TYPE_CHECKING

import click

from ..contain import Contained
from ..errors import PluginError, tell_error

if TYPE_CHECKING:
    from ..loader import PluginHost

__all__ = ["added_commands"]

_log = logging.getLogger("artwright")


class _Collector(click.Group):
    """The group a plugin adds to: refuses names that are taken, but for groups of its own media."""

    def __init__(self, plugin: str, taken: Set[str], media: Set[str]) -> None:
        super().__init__(name="artwright")
        self.plugin, self.taken, self.media = plugin, taken, media

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        wanted = name or cmd.name or ""
        if wanted in self.taken and not (wanted in self.media and isinstance(cmd, click.Group)):
            raise PluginError(f"plugin {self.plugin!r} adds the command {wanted!r}, which exists; rename it")
        super().add_command(cmd, name)


def added_commands(host: PluginHost, taken: Set[str], *, only: str | None = None) -> dict[str, click.Command]:
    """Commands by name, of all plugins or of one. A plugin that fails here is logged with its name and adds nothing."""
    found: dict[str, click.Command] = {}
    for listener in host.manager.hook.register_commands.get_hookimpls():
        if only not in (None, listener.plugin_name):
            continue
        own = {medium for medium, owner in host.registry.owner_of_medium.items() if owner == listener.plugin_name}
        group = _Collector(listener.plugin_name, {*taken, *found}, own)
        try:
            with Contained(listener.plugin_name, "register_commands"):
                listener.function(*([group] if "cli" in listener.argnames else []))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            _log.warning("plugin %r adds no commands: %s", listener.plugin_name, tell_error(error))
            continue
        found.update(group.commands)
    return found
