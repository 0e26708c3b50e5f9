"""Mails that the server sends."""

from parsepy.system.mails.sending import send

__all__ = ["send"]
