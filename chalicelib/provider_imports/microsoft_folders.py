"""Finds every contact folder of a mailbox, and counts what is in them where Graph says so.

`/me/contacts` holds the default folder only; `/me/contactFolders` may or may not name that one; folders have folders.
"""

from dataclasses import replace

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.outbound import Deadline, Json
from chalicelib.provider_imports.microsoft_course import COUNT, DEFAULT, LIST, Course
from chalicelib.provider_imports.microsoft_errors import NO_MAILBOX, codes_of, meaning
from chalicelib.provider_imports.microsoft_graph import (
    Graph,
    Refused,
    count_path,
    default_folder_path,
    folders_path,
    values_of,
)
from chalicelib.provider_imports.paging import further
from chalicelib.provider_imports.provider import SyncExpired

MOST_QUESTIONS = 800
MOST_COUNTED = 20  # folders; who has more sees the progress without a total
ABSENT = {400, 404, 405, 501}  # no such listing here, or the folder has just gone
Answer = dict[str, Json]


class Folders:
    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph, self._clock = graph, clock

    def ask(self, course: Course, token: str, deadline: Deadline) -> Course:
        """Ask the first question left; after the last one, every folder stands in the course.

        Raises:
            SyncExpired: a folder of the last import is gone; only a full listing tells what became of its contacts.
        """
        if course.asked >= MOST_QUESTIONS:
            raise ProviderBroken("This mailbox has more folders than we can read.", provider="microsoft")
        (word, about), rest = course.to_ask[0], course.to_ask[1:]
        course = replace(course, to_ask=rest, asked=course.asked + 1)
        if word == DEFAULT:
            course = self._default(course, token, deadline)
        elif word == LIST:
            course = self._list(course, about, token, deadline)
        elif course.total is not None or course.probe:
            course = _looked_into(course, about, self._answer(count_path(about), token, deadline))
        return course if course.to_ask else _complete(course)

    def _default(self, course: Course, token: str, deadline: Deadline) -> Course:
        """A contact of the default folder says the folder's id. An empty one says nothing, and there we need none."""
        answer = self._answer(default_folder_path(count=not course.is_incremental), token, deadline)
        contacts = values_of(answer) if answer is not None else [{}]
        if contacts:
            first = contacts[0] if isinstance(contacts[0], dict) else {}
            default = str(first.get("parentFolderId") or course.default or "")
            course = replace(course, default=default, probe="" if default else str(first.get("id") or ""))
        if course.default is None:
            return course
        course = _counted(course.with_folder(course.default, ""), answer)
        return course if not course.default else _asking(course, LIST, folders_path(course.default))

    def _list(self, course: Course, path: str, token: str, deadline: Deadline) -> Course:
        answer = self._answer(path, token, deadline)
        if answer is None:
            return course
        for folder in values_of(answer):
            course = _met(course, folder)
        following = self._graph.path_of(answer, "@odata.nextLink")
        if not following:
            return course
        course = replace(course, trail=further(course.trail, f"{path} {following}"))
        return _asking(course, LIST, following)

    def _answer(self, path: str, token: str, deadline: Deadline) -> Answer | None:
        """None where Graph has no such thing."""
        try:
            return self._graph.get(path, token, deadline)
        except Refused as refused:
            reply = refused.reply
        if reply.status in ABSENT and not codes_of(reply) & NO_MAILBOX:
            return None
        raise meaning(reply, self._clock.now())


def _met(course: Course, folder: Json) -> Course:
    key = folder.get("id") if isinstance(folder, dict) else None
    if not isinstance(key, str) or not key:
        raise ProviderBroken("Microsoft sent a folder we cannot read.", provider="microsoft")
    if course.has(key):
        return course
    name = folder.get("displayName")
    course = course.with_folder(key, name[:200] if isinstance(name, str) else "")
    if folder.get("childFolderCount") != 0:  # where it is told
        course = _asking(course, LIST, folders_path(key))
    if course.is_incremental and not course.probe:
        return course
    return _asking(course, COUNT, key) if len(course.folders) <= MOST_COUNTED else replace(course, total=None)


def _asking(course: Course, word: str, about: str) -> Course:
    return replace(course, to_ask=(*course.to_ask, (word, about)))


def _looked_into(course: Course, folder: str, answer: Answer | None) -> Course:
    """How much is in a folder; or that it is the default one, which is counted already and must not be read twice."""
    values = (answer or {}).get("value")
    ids = [value.get("id") for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return course.with_default(folder) if course.probe and course.probe in ids else _counted(course, answer)


def _counted(course: Course, answer: Answer | None) -> Course:
    count = (answer or {}).get("@odata.count")
    if type(count) is not int or count < 0 or course.total is None:
        return replace(course, total=None)
    return replace(course, total=course.total + count)


def _complete(course: Course) -> Course:
    if course.known is not None and any(not course.has(folder) for folder in course.known):
        raise SyncExpired
    return replace(course, trail="")
