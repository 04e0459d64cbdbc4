"""The studios of the people who share one: each with a home of its own, all with the same plugins and devices."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from ....core.feedback.store import FeedbackStore
from ....core.home import feedback_file, person_home
from ....core.studio import Studio

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Studios"]


class _Own(Studio):
    """A person's studio; what they say stays in their home, whatever database the owner's own feedback is in."""

    @cached_property
    def feedback(self) -> FeedbackStore:
        """What this person said."""
        store = FeedbackStore(self.home, url=f"sqlite:///{feedback_file(self.home)}")
        store.listen(lambda entry: self._dispatcher.tell("on_feedback", feedback=entry))
        return store


class Studios:
    """A studio, and those of people by name; "" is the studio itself."""

    def __init__(self, studio: Studio) -> None:
        self._studios, self._lock = {"": studio}, threading.Lock()

    @property
    def home(self) -> Path:
        """Where the studio, and so everybody, lives."""
        return self._studios[""].home

    def of(self, person: str) -> Studio:
        """The studio of a person."""
        with self._lock:
            if person not in self._studios:
                first = self._studios[""]
                self._studios[person] = _Own(person_home(first.home, person), devices=first.devices, host=first.host)
            return self._studios[person]
