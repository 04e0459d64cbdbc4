"""An endpoint that speaks OpenAI's protocol (chat completions, streamed), by the package openai.

A key is read from the environment or the system's keyring when it is needed, sent to the host that it belongs to alone,
and never kept, logged or shown. What goes wrong is one line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from .....core.errors import ArtwrightError, InputError, StoreError, tell_error

__all__ = ["Endpoint", "Message"]

Message = dict[str, str]
_OPENAI = "https://api.openai.com/v1"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SERVICE = "artwright"
RETRIES = 4
"""How often a request is repeated that was refused for a while (408, 409, 429, 5xx) or not answered, each later than
the one before, or when `Retry-After` says."""
BROKEN = 3
"""How often an answer that broke off is asked for."""
_LONGEST = 200_000
_OPTIONAL = ("seed", "temperature", "max_tokens")


class Endpoint:
    """A model of an endpoint. Raises InputError for an address that is none, or where the package is missing."""

    def __init__(self, model: str, base_url: str, timeout_s: float) -> None:
        if find_spec("openai") is None:
            raise InputError("endpoints need the package openai; install artwright[remote]")
        address = base_url or os.environ.get("OPENAI_BASE_URL") or _OPENAI
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise InputError(
                f"{_without_user(address)!r} is not the address of an endpoint; write http://HOST:PORT/v1, with no name or "
                f"key in it"
            )
        from openai import OpenAI

        self.model, self.host = model, parts.hostname
        self._key = _find_key(self.host)
        self._client = OpenAI(
            base_url=address,
            api_key=self._key or "none",
            timeout=timeout_s,
            max_retries=RETRIES,
            organization="",
            project="",
        )
        self._left_out: set[str] = set()

    def write(
        self,
        messages: Sequence[Message],
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        tell: Callable[[str], None] = lambda text: None,
    ) -> str:
        """The model's answer, told as it comes. Raises InputError, StoreError in one line; what `tell` raises passes."""
        asked = {"seed": seed % 2**31, "temperature": temperature, "max_tokens": max_tokens}
        for attempt in range(BROKEN):
            with self._told():
                text, ending = self._read(list(messages), asked, tell)
            if ending == "content_filter":
                raise StoreError(f"the endpoint's filter ended the answer of {self.model!r}; ask for another theme")
            if ending:
                return text
            if attempt + 1 < BROKEN:
                time.sleep(0.5 * 2**attempt)
        raise StoreError(
            f"the answer of {self.model!r} broke off {BROKEN} times; see whether the endpoint is well, or try later"
        )

    def _read(self, messages: list[Message], asked: dict[str, Any], tell: Callable[[str], None]) -> tuple[str, str]:
        """(text, why it ended: "" where the connection broke off)."""
        import openai

        text, ending, pieces = "", "", 0
        try:
            for piece in self._stream(messages, asked):
                pieces += 1
                choice = piece.choices[0] if getattr(piece, "choices", None) else None
                if choice is None:
                    continue
                text += (choice.delta.content if choice.delta else None) or ""
                ending = choice.finish_reason or ending
                tell(text)
                if len(text) > _LONGEST:
                    raise StoreError(f"{self.model!r} does not end its answer; {_LONGEST:,} characters came")
        except (openai.APITimeoutError, openai.APIStatusError):
            raise
        except openai.APIConnectionError:
            if not pieces:
                raise
            return text, ""
        except (openai.OpenAIError, ArtwrightError):
            raise
        except Exception as error:  # the transport's own errors, in the middle of an answer
            if type(error).__module__.partition(".")[0] not in ("httpx", "httpx2", "httpcore", "httpcore2"):
                raise
            if "timeout" in type(error).__name__.lower():
                raise StoreError(self._silent()) from error
            return text, ""
        if not pieces:
            raise StoreError(self._strange("no part of an answer came"))
        return text, ending

    def _stream(self, messages: list[Message], asked: dict[str, Any]) -> Any:
        """The parts of an answer; parameters that the endpoint does not take are left out."""
        import openai

        while True:
            given = {name: value for name, value in asked.items() if name not in self._left_out}
            try:
                return self._client.chat.completions.create(
                    model=self.model,
                    messages=messages,  # type: ignore[arg-type, unused-ignore]
                    stream=True,
                    **given,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                odd = [name for name in _OPTIONAL if name in given and name in str(error)]
                if not odd:
                    raise
                self._left_out |= set(odd)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the package as our own, in a line that holds no key."""
        import openai

        try:
            yield
        except openai.APITimeoutError as error:
            raise StoreError(self._silent()) from error
        except openai.APIConnectionError as error:
            raise StoreError(
                f"the endpoint at {self.host} cannot be reached ({self._plain(error.__cause__ or error)}); see whether it runs "
                f"and whether --base-url is right"
            ) from None
        except (openai.AuthenticationError, openai.PermissionDeniedError):
            raise InputError(self._told_key()) from None
        except openai.NotFoundError as error:
            raise InputError(
                f"the endpoint at {self.host} has no model {self.model!r}, or its address is another (most end in /v1): "
                f"{self._plain(error)}"
            ) from None
        except openai.RateLimitError as error:
            raise StoreError(
                f"the endpoint at {self.host} is asked too often or the account is used up, after {RETRIES} pauses: "
                f"{self._plain(error)}"
            ) from None
        except openai.APIStatusError as error:
            raise StoreError(
                f"the endpoint at {self.host} refused with {error.status_code}: {self._plain(error)}"
            ) from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise StoreError(self._strange(self._plain(error))) from None

    def _plain(self, error: BaseException) -> str:
        text = tell_error(error).partition(": ")[2] or tell_error(error)
        return (text.replace(self._key, "(key)") if self._key else text)[:200]

    def _silent(self) -> str:
        return f"the endpoint at {self.host} was silent for too long; --timeout-s gives it more time"

    def _strange(self, found: str) -> str:
        return (
            f"what answers at {self.host} does not speak OpenAI's protocol of chats ({found}); --base-url is the address that "
            f"ends in /v1"
        )

    def _told_key(self) -> str:
        return (
            f"the endpoint at {self.host} refused the key{'' if self._key else ', since none was sent'}: OPENAI_API_KEY is for "
            f"the endpoint of OPENAI_BASE_URL (OpenAI's own if that is not set) and for this computer; for another one, "
            f"`keyring set {_SERVICE} {self.host}`"
        )


def _find_key(host: str) -> str:
    """The key for a host, "" if there is none. The environment's is sent to the environment's endpoint alone: an address
    may come with a piece that somebody else wrote.
    """
    own = urlsplit(os.environ.get("OPENAI_BASE_URL") or _OPENAI).hostname
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if key and host in (own, *_LOOPBACK):
        return key
    if find_spec("keyring") is None:
        return ""
    import keyring

    try:
        return (keyring.get_password(_SERVICE, host) or "").strip()
    except keyring.errors.KeyringError:  # a computer without a keyring has no key in it
        return ""


def _without_user(address: str) -> str:
    return address.rpartition("@")[2] if "@" in address else address
