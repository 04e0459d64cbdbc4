"""The server of the Model Context Protocol: tools called one at a time in a thread, pictures and files of works.

https://modelcontextprotocol.io, through its own Python package (extra `mcp`).
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import ArtwrightError, Cancelled, tell_error
from ..asking.answers import picture, png, written
from .tools import Answer, ToolSpec, list_tools

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.lowlevel.server import Server

    from ....core.studio import Studio

__all__ = ["INSTRUCTIONS", "make_server"]

INSTRUCTIONS = (
    "A studio for making art with models: paintings, music, poems, films and what plugins add. Each work has an id, by "
    "which other tools take it: the theme of one medium may come from a work of another (theme_from). The same arguments "
    "with the same seed make the same work. `works` finds works, `look` shows one, `models` and `styles` tell what there is. "
    "A work in any format that its medium writes is the resource artwright://works/ID.SUFFIX."
)
_URI = re.compile(r"artwright://works/([0-9a-fA-F]{4,64})(\.[a-z0-9.]{1,12})")
_TEMPLATE = "artwright://works/{id}{suffix}"


class Told:
    """Progress of a call: handed to the client, and asked whether the call was given up."""

    def __init__(self, tell: Any) -> None:
        self._tell, self.over = tell, threading.Event()

    def update(self, share: float, text: str = "") -> None:
        """Tell it. Raises Cancelled once the call was given up."""
        if self.over.is_set():
            raise Cancelled("the client gave the call up")
        self._tell(share, text)


def make_server(studio: Studio, *, read_only: bool = False) -> Server[Any]:
    """The server of a studio. read_only: what changes nothing is offered alone."""
    import mcp_types as types
    from mcp.server.lowlevel.server import Server

    from .... import __version__

    tools = list_tools(studio, read_only=read_only)
    busy = threading.Lock()

    async def on_list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(tool) for tool in tools.values()])

    async def on_call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _failure(f"there is no tool {params.name!r}; there are: {', '.join(sorted(tools))}")
        return await _run(studio, tool, params.arguments or {}, context, busy)

    async def on_list_resource_templates(context: Any, params: Any) -> types.ListResourceTemplatesResult:
        said = "A work of the library as a file: its id (or the first digits) and a suffix that its medium writes"
        return types.ListResourceTemplatesResult(
            resource_templates=[types.ResourceTemplate(name="work", uri_template=_TEMPLATE, description=said)]
        )

    async def on_list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[])

    async def on_read_resource(context: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return await _read(studio, str(params.uri))

    return Server(
        "artwright",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=on_list_resources,
        on_list_resource_templates=on_list_resource_templates,
        on_read_resource=on_read_resource,
    )


def _tool(tool: ToolSpec) -> types.Tool:
    import mcp_types as types

    return types.Tool(
        name=tool.name,
        description=tool.summary,
        input_schema=dict(tool.schema),
        annotations=types.ToolAnnotations(read_only_hint=tool.reads, destructive_hint=False, open_world_hint=False),
    )


async def _run(
    studio: Studio, tool: ToolSpec, arguments: Mapping[str, Any], context: Any, busy: threading.Lock
) -> types.CallToolResult:
    """A call in a thread of its own, so that the client can be told of progress and give it up meanwhile."""
    import anyio
    from anyio import from_thread, to_thread

    def tell(share: float, text: str) -> None:
        from_thread.run(context.session.report_progress, share, 1.0, text or None)

    progress = Told(tell)

    def work() -> types.CallToolResult:
        with busy:
            try:
                return _result(studio, tool.call(arguments, progress))
            except ArtwrightError as error:
                return _failure(str(error))
            except Exception as error:  # a client is told, as the command line tells
                return _failure(tell_error(error))

    try:
        return await to_thread.run_sync(work, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        progress.over.set()
        raise


def _result(studio: Studio, answer: Answer) -> types.CallToolResult:
    import mcp_types as types

    data = json.loads(json.dumps(dict(answer.data), ensure_ascii=False, default=str))
    content: list[Any] = [types.TextContent(text=json.dumps(data, ensure_ascii=False, indent=1))]
    image = None if answer.work is None else picture(studio, answer.work, width=answer.width)
    if image is not None:
        content.append(types.ImageContent(data=b64encode(png(image)).decode("ascii"), mime_type="image/png"))
    return types.CallToolResult(content=content, structured_content=data)


def _failure(sentence: str) -> types.CallToolResult:
    import mcp_types as types

    return types.CallToolResult(content=[types.TextContent(text=sentence)], is_error=True)


async def _read(studio: Studio, uri: str) -> types.ReadResourceResult:
    """The file of a work. Raises MCPError with one line for an address that is none, or a format that is not written."""
    import mimetypes

    import mcp_types as types
    from anyio import to_thread
    from mcp.shared.exceptions import MCPError

    match = _URI.fullmatch(uri)
    if match is None:
        raise MCPError(types.INVALID_PARAMS, f"there is no resource {uri[:200]!r}; there are: {_TEMPLATE}")
    id_, suffix = match.groups()
    try:
        data = await to_thread.run_sync(lambda: written(studio, studio.library.work(id_), suffix))
    except ArtwrightError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from error
    kind = mimetypes.guess_type(f"work{suffix}")[0] or "application/octet-stream"
    return types.ReadResourceResult(
        contents=[types.BlobResourceContents(uri=uri, mime_type=kind, blob=b64encode(data).decode("ascii"))]
    )
