"""Operation calls in which a wrapper that fails costs nobody the work.

pluggy runs wrappers around the owner's implementation and lets their errors through. Here a wrapper may refuse a
work on purpose, by raising an ArtwrightError; any other failure of a wrapper is logged with its plugin's name, and
the work goes on as if the wrapper were not there. A wrapper that asks the program to end (`sys.exit`) has failed, too.
Everything else is pluggy's.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import pluggy
from pluggy import HookImpl

from .contain import Contained
from .errors import ArtwrightError, Cancelled, tell_error
from .registry import OPERATIONS

__all__ = ["ContainedManager"]

_log = logging.getLogger("artwright")
Wrapping = list[tuple[HookImpl, Generator[None, Any, Any]]]


class ContainedManager(pluggy.PluginManager):
    """pluggy's manager; operations run their wrappers contained."""

    def _hookexec(
        self, hook_name: str, methods: Sequence[HookImpl], kwargs: Mapping[str, object], firstresult: bool
    ) -> Any:
        if hook_name in OPERATIONS and methods and methods[-1].wrapper:
            return _contained(hook_name, methods, kwargs)
        return super()._hookexec(hook_name, methods, kwargs, firstresult)


def _contained(hook: str, methods: Sequence[HookImpl], kwargs: Mapping[str, object]) -> Any:
    opened: Wrapping = []
    result: Any = None
    error: BaseException | None = None
    try:
        for method in reversed(methods):
            arguments = [kwargs[name] for name in method.argnames]
            if method.wrapper:
                _open(hook, method, arguments, opened)
            else:
                result = method.function(*arguments)
                if result is not None:
                    break
    except BaseException as problem:  # kept, and raised again below: wrappers may clean up or replace it first
        error = problem
    for method, wrapper in reversed(opened):
        result, error = _close(hook, method, wrapper, result, error)
    if error is not None:
        raise error
    return result


def _open(hook: str, method: HookImpl, arguments: list[object], opened: Wrapping) -> None:
    try:
        with Contained(method.plugin_name, f"its wrapper around {hook}"):
            wrapper: Generator[None, Any, Any] = method.function(*arguments)  # type: ignore[assignment]
            next(wrapper)
    except StopIteration:
        _tell(hook, method, "it ended before its yield")
    except (ArtwrightError, KeyboardInterrupt):
        raise
    except BaseException as problem:
        _tell(hook, method, tell_error(problem))
    else:
        opened.append((method, wrapper))


def _close(
    hook: str, method: HookImpl, wrapper: Generator[None, Any, Any], result: Any, error: BaseException | None
) -> tuple[Any, BaseException | None]:
    """The result and the error after one wrapper; what fails in it leaves both as they were."""
    try:
        with Contained(method.plugin_name, f"its wrapper around {hook}"):
            if error is not None:
                wrapper.throw(error)
            else:
                wrapper.send(result)
    except StopIteration as end:
        if end.value is None:
            _tell(hook, method, "it returned nothing; the work is kept as it was (return what `yield` gave)")
            return result, error
        if isinstance(error, KeyboardInterrupt | Cancelled):
            return result, error  # whoever stopped the work means it
        return end.value, None
    except (ArtwrightError, KeyboardInterrupt) as problem:
        return result, problem
    except BaseException as problem:
        if problem is not error:
            _tell(hook, method, tell_error(problem))
        return result, error
    try:
        wrapper.close()
    except Exception as problem:
        _tell(hook, method, tell_error(problem))
    _tell(hook, method, "it has a second yield")
    return result, error


def _tell(hook: str, method: HookImpl, problem: str) -> None:
    _log.warning("the wrapper of plugin %r around %s failed: %s", method.plugin_name, hook, problem)
