"""The studio for agents: a real client of the protocol lists and calls each tool."""

import io
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode

import anyio
import pytest
from artwright.plugins import web
from artwright.plugins.web.agents.tools import list_tools, tool_name
from artwright.testing import CommandContract, fresh_studio
from PIL import Image

pytest.importorskip("mcp", reason="needs mcp: pip install 'artwright[mcp]'")


class TestCommands(CommandContract):
    plugin = web
    commands = ("mcp", "people", "serve")


def talk(studio, conversation, **more):
    """Run `conversation(client)` with a client of the server, over the protocol's own streams."""
    from artwright.plugins.web.agents.server import make_server
    from mcp.client import Client

    async def run():
        async with Client(make_server(studio, **more), mode="legacy") as client:
            return await conversation(client)

    return anyio.run(run)


def call(studio, tool, /, **arguments):
    async def conversation(client):
        return await client.call_tool(tool, arguments)

    return talk(studio, conversation)


def made(studio, **more):
    return call(studio, "dots_generate", theme="misty sea", seed=7, **more).structured_content


def test_tools_are_listed_for_a_medium_of_somebody_else(studio):
    async def conversation(client):
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in talk(studio, conversation)}
    assert {"dots_generate", "dots_analyze", "works", "look", "models", "styles", "rate", "bring"} <= set(tools)
    assert "dots_restore" not in tools  # no model does it
    options = tools["dots_generate"].input_schema["properties"]["options"]
    assert options["properties"]["dots"] == {
        "default": 5,
        "description": "Number of dots",
        "maximum": 100,
        "minimum": 1,
        "type": "integer",
    }
    assert tools["look"].annotations.read_only_hint and not tools["rate"].annotations.read_only_hint
    reading = {tool.name for tool in talk(studio, conversation, read_only=True)}
    assert reading == {name for name, tool in tools.items() if tool.annotations.read_only_hint}
    assert not {"dots_generate", "bring", "rate", "prefer", "replay"} & reading


def test_a_work_is_made_shown_and_made_again(studio):
    result = call(studio, "dots_generate", theme="misty sea", seed=7, options={"dots": 3})
    assert not result.is_error
    row = result.structured_content
    assert (row["seed"], row["options"], row["theme"]) == (7, {"dots": 3}, "misty sea")
    assert json.loads(result.content[0].text) == row
    picture = Image.open(io.BytesIO(b64decode(result.content[1].data)))
    assert result.content[1].mime_type == "image/png" and picture.size == (1024, 1024)
    looked = call(studio, "look", work=row["short_id"], width=100)
    assert looked.structured_content["text"] == row["text"]
    assert Image.open(io.BytesIO(b64decode(looked.content[1].data))).width == 100
    assert call(studio, "replay", work=row["id"]).structured_content["same"]


def test_what_one_work_gives_to_another(studio):
    first = made(studio)
    second = call(studio, "dots_generate", theme_from=first["id"], style="sparse", seed=8).structured_content
    assert second["parents"] == [first["id"]] and second["style"] == "sparse"
    found = call(studio, "works", words="sparse", medium="dots").structured_content["works"]
    assert [row["id"] for row in found] == [second["id"]] and "file" not in found[0]
    read = call(studio, "dots_analyze", work=first["id"]).structured_content
    assert set(read) == {"findings", "explanation"}
    assert call(studio, "originality", work=first["id"]).structured_content == {"originality": None}


def test_what_is_said_is_kept(studio):
    first, second = made(studio), made(studio, options={"dots": 2})
    call(studio, "rate", work=first["id"], stars=4)
    call(studio, "prefer", work=first["id"], other=second["id"])
    assert [entry.stars for entry in studio.feedback.ratings()] == [4]
    assert [entry.other for entry in studio.feedback.preferences()] == [second["id"]]


def test_models_and_styles_are_told(studio):
    rows = call(studio, "models", medium="dots").structured_content["models"]
    assert [row["model"] for row in rows] == ["stipple"]
    one = call(studio, "models", medium="dots", model="stipple").structured_content
    assert one["options"]["properties"]["dots"]["maximum"] == 100
    assert "sparse" in [row["style"] for row in call(studio, "styles", medium="dots").structured_content["styles"]]


def test_a_file_is_brought_and_fetched(studio):
    text = json.dumps({"dots": [1, 2], "title": "two"})
    one = call(studio, "bring", name="a.dots", text=text).structured_content
    same = call(studio, "bring", name="b.dots", base64=b64encode(text.encode()).decode()).structured_content
    assert one["id"] == same["id"] and one["title"] == "two"

    async def conversation(client):
        assert (await client.list_resource_templates()).resource_templates[0].uri_template
        return await client.read_resource(f"artwright://works/{one['short_id']}.dots")

    file = talk(studio, conversation).contents[0]
    assert json.loads(b64decode(file.blob)) == json.loads(text)


@pytest.mark.parametrize(
    "name, arguments, said",
    [
        ("dots_generate", {"theme": "sea", "seed": -1}, "the argument 'seed'"),
        ("dots_generate", {"theme": "sea", "colour": 1}, "there is no argument 'colour'; there are: "),
        ("dots_generate", {"theme": "sea", "options": {"dots": 1000}}, "option 'dots' of model 'stipple' is 1000"),
        ("dots_generate", {"theme": "sea", "options": {"dot": 1}}, "Did you mean 'dots'?"),
        ("dots_generate", {"theme": "sea", "model": "stiple"}, "Did you mean 'stipple'?"),
        ("dots_generate", {}, "give either 'theme', in words, or 'theme_from'"),
        ("dots_generate", {"theme": "sea", "theme_from": "abcd"}, "give either 'theme', in words, or 'theme_from'"),
        ("dots_generate", {"theme_from": "/etc/passwd"}, "the argument 'theme_from'"),
        ("dots_generate", {"theme": "sea", "sources": ["/etc/passwd"]}, "the argument 'sources.0'"),
        ("dots_generate", {"theme": "break"}, "plugin 'plugin_stipple' failed in generate"),
        ("look", {"work": "../../etc/passwd"}, "the argument 'work'"),
        ("look", {"work": "abcd"}, "no work 'abcd' in the library"),
        ("works", {"medium": "dotz"}, "no medium 'dotz'"),
        ("models", {"medium": "dots", "model": "x"}, "there are: stipple"),
        ("bring", {"name": "a.dots"}, "either as 'text' or as 'base64'"),
        ("bring", {"name": "a.dots", "base64": "!"}, "no base64"),
        ("bring", {"name": "../a.exe", "text": "x"}, "no file type '.exe'"),
        ("bring", {"name": "a.dots", "text": "x"}, "'a.dots' is not dots"),
        ("paint", {}, "there is no tool 'paint'"),
    ],
)
def test_bad_arguments_get_one_line(studio, name, arguments, said):
    result = call(studio, name, **arguments)
    assert result.is_error and said in result.content[0].text and "\n" not in result.content[0].text
    assert "Traceback" not in result.content[0].text


@pytest.mark.parametrize("uri", ["artwright://works/../secret", "artwright://works/abcd.dots", "file:///etc/passwd"])
def test_a_resource_that_is_none_is_refused(studio, uri):
    from mcp.shared.exceptions import MCPError

    async def conversation(client):
        with pytest.raises(MCPError, match=r"no resource|no work"):
            await client.read_resource(uri)

    talk(studio, conversation)


def test_a_client_is_told_of_progress_and_may_give_up(studio):
    from artwright.core.errors import Cancelled
    from artwright.plugins.web.agents.server import Told

    told = Told(lambda share, text: seen.append((share, text)))
    seen = []
    told.update(0.5, "half")
    told.over.set()
    with pytest.raises(Cancelled, match="gave the call up"):
        told.update(0.6)
    assert seen == [(0.5, "half")]


def test_names_of_tools_are_ascii():
    assert tool_name("墨", "generate") == "u58a8_generate"


def test_built_in_media_have_their_verbs_and_no_places(tmp_path):
    """No option of this computer is offered: no output, no address, no path of an input."""
    tools = list_tools(fresh_studio(tmp_path, builtin=True))
    assert {f"{medium}_generate" for medium in ("painting", "music", "literature", "film")} <= set(tools)
    assert {"painting_restore", "music_transfer_style", "literature_inspire", "film_analyze"} <= set(tools)
    text = json.dumps({name: dict(tool.schema) for name, tool in tools.items()})
    assert "artwright_" not in text and len(text) < 120_000


def test_a_place_is_not_lent(tmp_path):
    studio = fresh_studio(tmp_path, builtin=True)
    for model in ("hf:/etc", "hf:./x", "literature:hf:/etc", "openai:gpt"):
        said = call(studio, "literature_generate", theme="moon", model=model).content[0].text
        assert "only models of its list are lent" in said, model
    result = call(studio, "painting_generate", theme="moon", options={"save_layers": "/tmp/x.ora"})
    assert result.is_error


@pytest.mark.slow  # a process is started, and a model loaded
def test_the_command_serves_a_client_of_its_own():
    from mcp import StdioServerParameters, stdio_client
    from mcp.client import Client

    code = "from artwright.cli import main; main(['mcp'])"
    server = StdioServerParameters(command=sys.executable, args=["-c", code], env=dict(os.environ))

    async def run():
        async with Client(stdio_client(server)) as client:
            return await client.call_tool(
                "literature_generate", {"theme": "moon", "seed": 1, "options": {"form": "wujue"}}
            )

    row = anyio.run(run).structured_content
    assert row["medium"] == "literature" and row["seed"] == 1 and "\n" in row["text"]


@pytest.mark.parametrize("host, status", [("127.0.0.1:8765", 200), ("studio.example", 421)])
def test_over_http_only_this_computer_is_answered(studio, host, status):
    from artwright.plugins.web.agents.server import make_server
    from starlette.testclient import TestClient

    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    with TestClient(make_server(studio).streamable_http_app(host="127.0.0.1"), base_url=f"http://{host}") as client:
        answer = client.post("/mcp", json=hello, headers={"accept": "application/json, text/event-stream"})
    assert answer.status_code == status, answer.text


def test_nothing_heavy_is_imported_for_the_help():
    code = (
        "import sys, click; from artwright.plugins import web; web.register_commands(click.Group()); "
        "print(*[m for m in ('mcp', 'starlette', 'uvicorn', 'jinja2', 'pydantic', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
