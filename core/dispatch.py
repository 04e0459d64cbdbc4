"""Calls of plugins: contained, measured, and with errors that say who failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from .contain import Contained
from .devices import DeviceManager
from .errors import ArtwrightError, Cancelled, PluginError, tell_error
from .loader import PluginHost
from .progress import Progress
from .requests import Context, Request
from .usage import Usage

__all__ = ["Dispatcher", "Lender"]

_log = logging.getLogger("artwright")
T = TypeVar("T")


class Lender(Protocol):
    """Gives a plugin what it may use in one call (`Studio.context`)."""

    def __call__(
        self, seed: int = 0, devices: DeviceManager | None = None, progress: Progress | None = None
    ) -> Context: ...


class Dispatcher:
    """Calls operations and events of the plugins of a host, each with a context that `lend` makes for it."""

    def __init__(self, host: PluginHost, devices: DeviceManager, lend: Lender) -> None:
        self.host, self.devices, self._lend = host, devices, lend

    def call(
        self,
        operation: str,
        owner: str,
        request: Request,
        *,
        usage: Usage | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Call `operation` of the plugin `owner`, inside everybody's wrappers; again, as `DeviceManager.run` says, where
        memory runs out. usage: is told what the call used; progress: is told how far it is.

        A failure that is not an ArtwrightError becomes a PluginError that names the plugin, the hook and the model.
        """
        usage = Usage() if usage is None else usage
        implementation = self.host.caller(operation, owner)
        try:
            with Contained(owner, operation):
                result = self.devices.run(
                    lambda devices: implementation(
                        request=request, context=self._lend(request.seed, devices, progress)
                    ),
                    usage,
                )
            self._check_device(request, usage)
            return result
        except (ArtwrightError, KeyboardInterrupt):
            raise
        except MemoryError as error:
            raise PluginError(
                f"{operation} by model {request.model!r} of plugin {owner!r} ran out of memory; ask for less, or a "
                f"smaller size"
            ) from error
        except BaseException as error:  # also those that would end the program without a word (SystemExit)
            version = self.host.version(owner)
            raise PluginError(
                f"plugin {owner!r}{f' {version}' if version else ''} failed in {operation} with model "
                f"{request.model!r}: "
                f"{tell_error(error)}; --debug shows where"
            ) from error

    def expect(
        self,
        type_: type[T],
        operation: str,
        owner: str,
        request: Request,
        *,
        usage: Usage | None = None,
        progress: Progress | None = None,
    ) -> T:
        """The result of `call`. Raises PluginError as well if it is not of the type that the operation gives."""
        result = self.call(operation, owner, request, usage=usage, progress=progress)
        if not isinstance(result, type_):
            raise PluginError(
                f"plugin {owner!r} returned {type(result).__name__} from {operation}; it must return {type_.__name__}"
            )
        return result

    def _check_device(self, request: Request, usage: Usage) -> None:
        """Say where a device was asked for that nothing of the model could use."""
        asked = self.devices.asked
        if asked not in (None, "cpu") and asked not in usage.devices and not usage.remarks:
            usage.remarks.append(f"model {request.model!r} runs on the CPU alone: --device {asked} changed nothing")

    def tell(self, event: str, **arguments: Any) -> None:
        """Tell every plugin of an event; a listener that fails is logged with its name and costs nobody the work."""
        context = self._lend()
        for listener in getattr(self.host.manager.hook, event).get_hookimpls():
            try:
                with Contained(listener.plugin_name, event):
                    _pass(listener.function, listener.argnames, {**arguments, "context": context})
            except (KeyboardInterrupt, Cancelled):
                raise
            except BaseException as error:
                _log.warning("plugin %r failed in %s: %s", listener.plugin_name, event, tell_error(error))


def _pass(function: Callable[..., Any], names: Iterable[str], arguments: Mapping[str, Any]) -> None:
    function(*(arguments[name] for name in names if name != "self"))
