"""Circles among the modules of artwright, imports inside functions counted: none is what `make check` asks for.

A circle that a late import hides is still one: neither of its files can be read, tested or moved without the other.
Imports for type checkers alone do not count.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

__all__ = ["find_circles", "find_imports", "main"]


def find_circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """The strongly connected sets of two modules or more, each sorted. imports: module -> modules that it imports."""
    import networkx

    graph = networkx.DiGraph((module, other) for module, others in imports.items() for other in others)
    return sorted(sorted(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1)


def find_imports() -> dict[str, set[str]]:
    """What each module of artwright imports of artwright, anywhere in its code."""
    import grimp

    graph = grimp.build_graph("artwright", exclude_type_checking_imports=True)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def main() -> int:
    """Print the circles; 1 if there are any."""
    imports = find_imports()
    circles = find_circles(imports)
    for circle in circles:
        print(f"{len(circle)} modules import one another:")
        for module in circle:
            print(f"  {module} -> {', '.join(sorted(imports[module] & set(circle)))}")
    print(f"{len(imports)} modules, {len(circles)} circles")
    return 1 if circles else 0


if __name__ == "__main__":
    sys.exit(main())
