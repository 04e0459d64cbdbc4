"""Hook implementations that cost nothing until they are called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .hookspecs import hookimpl

if TYPE_CHECKING:
    from .requests import Context, Request

__all__ = ["lazy_operations"]


def lazy_operations(package: str, *names: str) -> tuple[Callable[..., Any], ...]:
    """One hook implementation for each of `names`, in their order.

    The operation `analyze` is handed on to the function `analyze` of the module `PACKAGE.analyze`, which is imported
    when it is first called, so that a plugin's start costs the same whatever its operations need:

        analyze, generate = lazy_operations(f"{__package__}.operations", "analyze", "generate")
    """
    return tuple(_implement(package, name) for name in names)


def _implement(package: str, name: str) -> Callable[..., Any]:
    def operation(request: Request, context: Context) -> Any:
        return getattr(import_module(f"{package}.{name}"), name)(request, context)

    operation.__name__ = operation.__qualname__ = name
    operation.__module__ = package
    operation.__doc__ = f"The operation `{name}` of `{package}`."
    return hookimpl(operation)
