"""Which Python type stands for the objects of a class."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from parsepy.cloud.types import Encodable


class Row(Encodable):
    """What stands for one object of a class. The types of built-in classes make themselves known by `built_in`.

    Types of the user's code do not: they come and go as it is loaded anew, and two apps may have different ones.
    """

    class_name: str = ""
    _types: ClassVar[Mapping[str, type[Row]]] = {}

    def __init_subclass__(cls, *, built_in: str | None = None) -> None:
        super().__init_subclass__()
        if built_in is not None:
            cls.class_name = built_in
            Row._types = {**Row._types, built_in: cls}

    @classmethod
    def type_of(cls, class_name: str) -> type[Row]:
        """The type of a built-in class, else that for any class."""
        return Row._types.get(class_name) or Row._types[""]

    @classmethod
    @abstractmethod
    def from_json(cls, row: Mapping[str, Any], class_name: str = "") -> Self:
        """The object from its REST form."""

    @property
    @abstractmethod
    def id(self) -> str | None:
        """objectId, None as long as the object is not saved."""

    @property
    @abstractmethod
    def is_dirty(self) -> bool:
        """Whether there is anything to save."""
