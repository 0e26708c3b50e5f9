"""Files as cloud code sees them: those that are stored, and those that are on their way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, Unpack

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Rights
from parsepy.cloud.types import Encodable

Details = Mapping[str, Any]


class File(Encodable):
    """A file: a stored one by its name and URL, or a new one with its bytes, which `save` stores.

    `content_type` counts where the name has no extension. `metadata` and `tags` are kept where the place of the files can
    keep them. `directory` needs the master key.
    """

    def __init__(
        self,
        name: str,
        data: bytes | None = None,
        content_type: str | None = None,
        *,
        url: str | None = None,
        metadata: Details | None = None,
        tags: Details | None = None,
        directory: str | None = None,
    ) -> None:
        self.name = name
        self.data = data
        self.content_type = content_type
        self.url = url
        self.metadata: dict[str, Any] = dict(metadata or {})
        self.tags: dict[str, Any] = dict(tags or {})
        self.directory = directory

    async def save(self, **rights: Unpack[Rights]) -> Self:
        """Store the bytes; the file then has the name that the server gave it, and a URL.

        Raises ParseError as an upload by the caller, and ValueError if there are no bytes.
        """
        if self.data is None:
            raise ValueError(f"{self.name} has no data to be stored")
        details = {"metadata": self.metadata, "tags": self.tags}
        given = details if self.directory is None else {**details, "directory": self.directory}
        options = CallOptions(**rights)
        saved = await actions.current().save_file(self.name, self.data, self.content_type, given, options)
        self.name, self.url = saved["name"], saved["url"]
        return self

    async def get_data(self, **rights: Unpack[Rights]) -> bytes:
        """The bytes, read from the server if they are not there yet. Raises ParseError 601 if there is no such file."""
        if self.data is None:
            self.data = await actions.current().read_file(self.name, CallOptions(**rights))
        return self.data

    async def destroy(self) -> None:
        """Remove the stored file, with the rights of the server. Raises ParseError 153."""
        await actions.current().delete_file(self.name)

    @property
    def is_new(self) -> bool:
        """Whether its bytes are still to be stored."""
        return self.data is not None and self.url is None

    def to_json(self) -> dict[str, Any]:
        """The REST form: name and URL."""
        return {"__type": "File", "name": self.name} | ({"url": self.url} if self.url else {})

    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> Any:
        return self.to_json()

    def __eq__(self, other: object) -> bool:
        """Stored files are the same if they have one name."""
        return isinstance(other, File) and (self.name, self.url) == (other.name, other.url)

    __hash__ = None  # type: ignore[assignment]  # saving gives it another name

    def __repr__(self) -> str:
        return f"File({self.name!r})"
