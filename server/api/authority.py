"""What a request may do: its capability, from a header or a cookie, held against what it asks."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from starlette.requests import Request

from server.days.access import Role, hash_token, require
from server.days.people import Visitor
from server.errors import NotAllowed
from server.service import ADMIN_TOKEN_HASH, Service
from server.sync.gate import origin_is_ours
from storage import settings
from storage.values import DayId, NoteId

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Authority:
    """Looks up who asks, and refuses what is beyond them."""

    service: Service

    async def in_day(self, request: Request, day: DayId, needed: Role) -> Visitor:
        """The person behind a request about a day. Raises NotAuthenticated or NotAllowed."""
        await _refuse_foreign(request, self.service)
        visitor = await self.service.identity.in_day(day, bearer(request), request.cookies)
        require(visitor.role, needed, day=visitor.day, of=day)
        return visitor

    async def in_note(self, request: Request, note: NoteId, needed: Role) -> Visitor:
        """The person behind a request about a note. Raises NotFound as well."""
        await _refuse_foreign(request, self.service)
        visitor = await self.service.identity.in_note(note, bearer(request), request.cookies)
        require(visitor.role, needed, day=visitor.day, of=visitor.day)
        return visitor


def bearer(request: Request) -> str:
    """The token of the Authorization header, or "" where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def holds_admin_token(service: Service, request: Request) -> bool:
    """Whether a request has the admin token: of whoever runs the server, not of any day."""
    known = await service.store.read(lambda db: settings.get(db, ADMIN_TOKEN_HASH))
    return known is not None and hmac.compare_digest(hash_token(bearer(request)), known)


async def _refuse_foreign(request: Request, service: Service) -> None:
    """A page of another site must not act with the cookie of whoever looks at it (A5)."""
    if request.method in _SAFE_METHODS or bearer(request):
        return
    if not origin_is_ours(request, service.public_origins):
        raise NotAllowed("This request comes from another site's page.")
