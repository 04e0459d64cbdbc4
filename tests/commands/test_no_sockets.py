"""Nothing opens a connection by itself: a table of commands in a process that may not make a socket of the internet."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

TEXTS = ["The rain came down upon the roof and woke the sleeping town."] * 3
BLOCKED = """
import json, socket, sys
tried = []
real = socket.socket.__init__
def refuse(self, family=-1, *arguments, **settings):
    if family in (-1, socket.AF_INET, socket.AF_INET6):
        tried.append(str(family))
        raise OSError("no sockets here")
    real(self, family, *arguments, **settings)
socket.socket.__init__ = refuse
def looked_up(*arguments, **settings):
    tried.append(str(arguments[:1]))
    raise OSError("no names are looked up here")
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = looked_up
from artwright.cli import main
codes = []
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit as left:
        codes.append(int(left.code or 0))
print(json.dumps({"codes": codes, "tried": tried}), file=sys.stderr)
"""


def run(commands, folder, **environment):
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "HF_HOME": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stderr.strip(), done
    return json.loads(done.stderr.splitlines()[-1]), done.stderr


def test_no_command_but_download_opens_a_socket(tmp_path, save_model):
    save_model(tmp_path / "tiny", "llama", TEXTS)
    prose = ["literature", "generate", "rain", "--form", "prose", "--length", "6", "--best-of", "1"]
    commands = [
        ["--help"],
        ["doctor"],
        ["devices"],
        ["models", "add", "mine", "./tiny"],
        ["models"],
        ["models", "show", "mine"],
        [*prose, "-m", "mine", "--output", "a.md"],
        ["replay", "a.md", "--output", "b.md"],
        ["models", "default", "literature:en", "mine"],
        [*prose, "--seed", "3"],
        ["literature", "generate", "moon", "-m", "poet", "--form", "haiku", "--best-of", "2"],
        ["literature", "analyze", "a.md"],
        ["music", "generate", "rain", "--bars", "4", "--best-of", "1", "--output", "a.mid"],
        ["painting", "generate", "rain", "--width", "96", "--best-of", "1", "--output", "a.png"],
        ["painting", "analyze", "a.png"],
        ["verify", "a.md", "a.mid", "a.png"],
        ["models", "remove", "mine"],
        ["styles"],
        ["plugins"],
    ]
    told, err = run(commands, tmp_path)
    assert told["tried"] == [], err
    bad = [command for command, code in zip(commands, told["codes"], strict=True) if code and command != ["doctor"]]
    assert not bad, err


@pytest.mark.parametrize("offline", ["", "1"])
def test_an_empty_cache_is_told_with_the_command_that_fills_it(tmp_path, offline):
    environment = {"HF_HUB_OFFLINE": offline} if offline else {}
    commands = [["literature", "generate", "rain", "-m", "hf:nobody/model@v2"], ["models", "add", "x", "nobody/model"]]
    told, err = run(commands, tmp_path, **environment)
    assert told == {"codes": [2, 2], "tried": []}
    assert "artwright models download nobody/model@v2" in err


def test_download_tries_and_fails_in_one_line(tmp_path):
    told, err = run([["models", "download", "org/name", "--yes"]], tmp_path)
    assert told["codes"] == [1] and told["tried"] and "cannot be fetched" in err
