"""The command line's front door: one group for each medium, built from the registry, and the
commands no medium owns.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from .core.commands.groups import LazyGroup, row_of, write_commands
from .core.commands.session import OFFLINE, Session, host_of, options_of_a_run
from .core.contain import keep_stdout

__all__ = ["cli", "main"]

_COMMANDS = {
    "demo": (".pieces:demo", "One line of text becomes a poem, a painting, a score and a film."),
    "devices": (".devices:devices", "Devices, their memory and what is loaded."),
    "doctor": (".doctor:doctor", "Check this installation and say what is missing."),
    "feedback": (".feedback:feedback", "Rate works, say which is better, see what was learned."),
    "keys": (".keys:keys", "Keys that sign works, and those of others that you trust."),
    "marks": (".marks:marks", "What marks your works get when they are written."),
    "lesson": (".lessons:lesson", "Exercises in the arts, marked by the studio's own checkers."),
    "models": (".models:models", "Models that there are, and your own: added, fetched, made the default."),
    "originality": (".originality:originality", "Say how far works are from the works that there are."),
    "piece": (".pieces:piece", "Run scripts that make several works from one another."),
    "plugins": (".plugins:plugins", "Plugins, what they bring and what is wrong with them."),
    "replay": (".works:replay", "Make a work again from its manifest."),
    "strip": (".strip:strip", "Take personal data out of a file."),
    "styles": (".styles:styles", "Styles that a medium knows by name."),
    "verify": (".verify:verify", "Say how a file came to be, who signed it and whether it was changed."),
    "works": (".works:works", "The works in the library."),
}
_MAX_LINE = 1800
_YES = ("1", "true", "t", "yes", "y", "on")


class Front(LazyGroup):
    """Our commands, a group for each medium, and what plugins add; plugins never replace ours."""

    def _media(self, ctx: click.Context) -> dict[str, Any]:
        """What plugins add, and None for each medium."""
        return {**self._added(ctx), **dict.fromkeys(host_of(ctx).registry.media)}

    def _added(self, ctx: click.Context) -> dict[str, click.Command]:
        from .core.commands.added import added_commands

        host = host_of(ctx)
        return added_commands(host, {*self.lazy, *host.registry.media})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._media(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy or cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        commands = self._media(ctx)
        if cmd_name not in commands:
            return None
        if commands[cmd_name] is None:
            from .core.commands.medium import MediumGroup

            group = MediumGroup(host_of(ctx).registry.media[cmd_name])
            for command in getattr(self._added(ctx).get(cmd_name), "commands", {}).values():
                group.add_command(command)
            self.commands[cmd_name] = group
        else:
            self.commands[cmd_name] = commands[cmd_name]
        return self.commands[cmd_name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Media first: they are what one comes for."""
        media = host_of(ctx).registry.media
        write_commands(formatter, [(name, medium.summary) for name, medium in sorted(media.items())], title="Media")
        rows = [(name, text) for name, (_, text) in sorted(self.lazy.items())]
        rows += [row_of(name, command) for name, command in sorted(self._media(ctx).items()) if command is not None]
        write_commands(formatter, rows)


@click.group(
    cls=Front,
    lazy={name: (f"artwright.core.commands{where}", text) for name, (where, text) in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None},
    invoke_without_command=False,
)
@click.version_option(package_name="artwright", message="artwright %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Make art with models: paintings, music, poems, films; on your own computer, offline.

    \b
    artwright painting generate "misty mountains at dawn" --style hokusai --output dawn.png
    artwright music generate --theme-from dawn.png --bars 16 --output dawn.mid
    artwright literature generate "autumn moon" --form qijue
    """


cli.params += options_of_a_run()


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        # our matrices are small: more threads wait for each other longer than they work
        os.environ.setdefault(name, "1")
    os.environ.setdefault("HF_HUB_OFFLINE", OFFLINE)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from .core.signals import stoppable

    session = Session()
    end = keep_stdout() if arguments is None else None  # in the program itself, not in a call from Python
    given = sys.argv[1:] if arguments is None else arguments
    # plugins are loaded, and say what is wrong with them, before the command is known
    session.no_plugins = "--no-plugins" in given or os.environ.get("ARTWRIGHT_NO_PLUGINS", "0").lower() in _YES
    session.quiet = bool({"-q", "--quiet"} & set(given))
    session.debug = session.debug or "--debug" in given
    _set_up_warnings(session)
    with stoppable():
        code = _run(given, session)
    if end is not None:
        end()
    sys.exit(code)


def _set_up_warnings(session: Session) -> None:
    """What libraries warn of is for developers; what our own code warns of is one line on stderr."""
    import logging
    import warnings

    if not sys.warnoptions and not session.debug:
        warnings.simplefilter("ignore")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("artwright: %(message)s"))
    logger = logging.getLogger("artwright")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.ERROR if session.quiet else logging.WARNING)


def _run(arguments: list[str], session: Session) -> int:
    from .core.errors import ArtwrightError, tell_error
    from .core.signals import Stopped

    try:
        code = cli.main(args=arguments, prog_name="artwright", standalone_mode=False, obj=session)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "artwright"
        said = error.format_message()
        return _fail(f"{said[:1].lower()}{said[1:].rstrip('.')}; `{path} --help` tells more", error, session)
    except (KeyboardInterrupt, click.Abort) as error:
        said = "interrupted"
        code, where = 130, ""
        for cause in (error, error.__cause__):  # click makes its own error of it
            if isinstance(cause, Stopped):
                said, code = f"stopped by {cause.name}", 128 + cause.number
            where = where or "".join(f" ({note})" for note in getattr(cause, "__notes__", ()))
        click.echo(f"artwright: {said}; nothing half-written was left{where}", err=True)
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ArtwrightError as error:
        return _fail(str(error), error, session)
    except OSError as error:
        where = f"{str(error.filename)!r}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", error, session)
    except MemoryError as error:
        return _fail("the memory is not enough for this; ask for less, or a smaller size", error, session)
    except Exception as error:
        return _fail(f"{tell_error(error)}; run again with --debug to see where, and report it", error, session)


def _fail(message: str, error: BaseException, session: Session) -> int:
    """Tell an error in one line, or all problems of a file in one line each, after its traceback with --debug; the exit
    code.
    """
    from .core.messages import printable

    if session.debug:
        import traceback

        traceback.print_exc()
    for text in getattr(error, "lines", (message,)):
        line = printable(text, lines=False)
        if len(line) > _MAX_LINE:  # the middle is what somebody gave; the end says what to do
            line = f"{line[: _MAX_LINE - 300]} ... {line[-300:]}"
        click.echo(f"artwright: {line}", err=True)
    return int(getattr(error, "exit_code", 1))
