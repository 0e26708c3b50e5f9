"""The app's configuration as cloud code reads and changes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Rights
from parsepy.cloud.codec import decode, encode


class Config(Mapping[str, Any]):
    """The parameters by name, as Python values; what is changed in them here is not stored (see `save`)."""

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self._params = dict(params or {})

    @classmethod
    def from_json(cls, params: Mapping[str, Any]) -> Config:
        """The parameters as the server gives them."""
        return cls({name: decode(value) for name, value in params.items()})

    @classmethod
    async def fetch(cls, **rights: Unpack[Rights]) -> Config:
        """The parameters that the caller may see; with the master key all of them."""
        return cls.from_json(await actions.current().config(CallOptions(**rights)))

    @classmethod
    async def save(cls, params: Mapping[str, Any], master_key_only: Mapping[str, bool] | None = None) -> Config:
        """Set some parameters, with the rights of the server; those flagged are seen with the master key only.

        A parameter without a flag becomes public. Gives all parameters as they are then.
        """
        flags = dict(master_key_only or {})
        await actions.current().save_config({name: encode(value) for name, value in params.items()}, flags)
        return await cls.fetch(use_master_key=True)

    def __getitem__(self, name: str) -> Any:
        return self._params[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __repr__(self) -> str:
        return f"Config({', '.join(sorted(self._params))})"
