"""Log-in and log-out: the pages of visitors who are, or want to be, users of the dashboard."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from parsepy.dashboard import forms, pages, redirects
from parsepy.dashboard.config import Dashboard, DashboardUser
from parsepy.dashboard.logins import Failure, Form, Logins
from parsepy.dashboard.news import News
from parsepy.dashboard.origins import Origin
from parsepy.dashboard.sessions import Session, Sessions, signing_key
from parsepy.dashboard.visits import Page, Visit, as_json, html, redirect
from parsepy.settings import client_of

log = logging.getLogger(__name__)

CSRF_HEADER = "X-CSRF-Token"


class Entrance:
    """What stands before the pages of a dashboard that has users."""

    def __init__(self, dashboard: Dashboard, *, now: Callable[[], float], news: News) -> None:
        key = signing_key(dashboard)
        self._mount = dashboard.mount
        self._sessions = Sessions(dashboard, key, now=now, news=news)
        self._logins = Logins(dashboard, key, now=now, news=news)

    def session_of(self, visit: Visit) -> Session | None:
        """The visitor's session, logged in or not."""
        return self._sessions.of(visit.headers)

    def user_of(self, session: Session | None) -> DashboardUser | None:
        """Who that is; None for strangers."""
        return self._sessions.user_of(session)

    def page(self, visit: Visit, origin: Origin) -> Page:
        """The log-in page, or the way on for who is logged in. What went wrong before is said once."""
        session = self.session_of(visit)
        if self.user_of(session) is not None:
            return redirect(redirects.onward(self._mount, redirects.wanted(visit.query)))
        known = session or self._sessions.begin()
        body = pages.login(self._mount, known.csrf, known.flash)
        if session is not None and session.flash is None:
            return html(body)
        return html(body, headers=self._kept(replace(known, flash=None), origin))

    async def log_in(self, visit: Visit, origin: Origin) -> Page:
        """Answer what the log-in page posts. Raises BodyTooLargeError."""
        fields = await forms.read(visit)
        session = self.session_of(visit)
        if session is None or not has_token(session, visit, fields):
            return csrf_failed(visit)
        wanted = fields.get("redirect", "")
        form = Form(
            fields.get("username", ""), fields.get("password", ""), fields.get("otpCode", "").strip(), origin.client
        )
        outcome = await self._logins.check(form)
        if isinstance(outcome, Failure):
            log.warning("Log-in to the dashboard failed from %s: %s", client_of(origin.client), outcome.text)
            failed = replace(session, flash=outcome.as_flash())
            return redirect(redirects.to_login(self._mount, wanted), headers=self._kept(failed, origin))
        log.info("%s logged in to the dashboard from %s", outcome.name, client_of(origin.client))
        self._end(session)
        return redirect(
            redirects.onward(self._mount, wanted), headers=self._kept(self._sessions.begin(outcome), origin)
        )

    def log_out(self, visit: Visit, origin: Origin) -> Page:
        """End the session, wherever its cookie is."""
        self._end(self.session_of(visit))
        return redirect(redirects.to_login(self._mount), headers=self._kept(self._sessions.begin(), origin))

    def _end(self, session: Session | None) -> None:
        # Strangers can have as many sessions as they like; those of users are worth remembering.
        if session is not None and self.user_of(session) is not None:
            self._sessions.end(session)

    def _kept(self, session: Session, origin: Origin) -> Mapping[str, str]:
        return {"Set-Cookie": self._sessions.cookie(session, is_secure=origin.is_secure)}


def has_token(session: Session, visit: Visit, fields: Mapping[str, Any]) -> bool:
    """Whether what was posted comes from a page that this session was given."""
    token = fields.get("_csrf") or visit.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(str(token).encode("utf-8", "replace"), session.csrf.encode())


def csrf_failed(visit: Visit) -> Page:
    """The answer to what does not."""
    wants_json = "json" in visit.headers.get("Accept", "") or visit.headers.get("X-Requested-With") == "XMLHttpRequest"
    return as_json({"error": pages.CSRF_FAILED}, 403) if wants_json else html(pages.CSRF_FAILED, 403)
