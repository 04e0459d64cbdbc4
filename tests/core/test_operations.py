"""Lazy hook implementations, and requests that know the type of their options."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from artwright import hookimpl
from artwright.core.operations import lazy_operations


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "kiln" / "operations"
    folder.mkdir(parents=True)
    (tmp_path / "kiln" / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("")
    (folder / "generate.py").write_text("def generate(request, context):\n    return [request, context]\n")
    (folder / "analyze.py").write_text("raise ImportError('heavy')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "kiln.operations"
    for name in [n for n in sys.modules if n.split(".")[0] == "kiln"]:
        del sys.modules[name]


def test_an_operation_is_imported_when_it_is_called(package):
    generate, analyze = lazy_operations(package, "generate", "analyze")
    assert package not in sys.modules
    assert generate(request=1, context=2) == [1, 2]
    with pytest.raises(ImportError, match="heavy"):
        analyze(request=1, context=2)


def test_pluggy_takes_them_for_the_hooks_of_their_names(package):
    import pluggy
    from artwright.core.hookspecs import OperationHooks

    plugin = ModuleType("kiln_plugin")
    plugin.generate, plugin.analyze = lazy_operations(package, "generate", "analyze")
    manager = pluggy.PluginManager("artwright")
    manager.add_hookspecs(OperationHooks)
    manager.register(plugin)
    manager.check_pending()
    assert manager.hook.generate(request="r", context="c") == ["r", "c"]
    assert hookimpl(plugin.generate) is plugin.generate
