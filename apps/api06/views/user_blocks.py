"""Blocks: read by everyone, created by moderators (upstream behaviour 1.19)."""

import re
from functools import partial

from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.osm.errors import BadRequestError, ObjectNotFoundError
from apps.osm.numbers import leading_id
from apps.users.block_querysets import access_block, active_blocks_of
from apps.users.blocks import block_user, max_block_hours
from apps.users.models import User, UserBlock
from apps.users.querysets import find_user

from ..calls import call
from ..formats import user_blocks as formats
from ..parsers import FieldsParser, field
from ..permissions import CREATE_BLOCK, READ_ACTIVE_BLOCKS
from .base import ApiView, each

_WHOLE_NUMBER = re.compile("[+-]?[0-9]+")


class _BlockView(ApiView):
    def respond_with_block(self, block: UserBlock) -> HttpResponseBase:
        return self.respond_with(
            json=lambda: {"user_block": formats.as_dict(block)}, xml=partial(formats.append, block=block)
        )


class BlockDetail(_BlockView):
    @call()
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_block(access_block(osm_id))


class BlockCreation(_BlockView):
    @call(needs=CREATE_BLOCK, writes=True, body=FieldsParser)
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = _user(request)
        reason = _required(request, "reason")
        hours = _hours(_required(request, "period"))
        needs_view = field(request, "needs_view")
        if needs_view not in {None, "true"}:
            raise BadRequestError("Needs_view must be true if provided")
        try:
            block = block_user(
                self.user, user=user, reason=reason, hours=hours, needs_view=needs_view is not None
            )
        except ValidationError as error:
            raise BadRequestError(" ".join(error.messages)) from None
        return self.respond_with_block(block)


class ActiveBlocks(ApiView):
    """The user's own blocks in force, newest first. The reasons are left out: users read them on the website."""

    @call(needs=READ_ACTIVE_BLOCKS)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        blocks = active_blocks_of(self.user)
        return self.respond_with(
            json=lambda: {"user_blocks": [formats.as_dict(block, with_reason=False) for block in blocks]},
            xml=each(blocks, formats.append, with_reason=False),
        )


def _required(request: Request, name: str) -> str:
    value = field(request, name)
    if not value:
        raise BadRequestError(f"No {name} was given")
    return value


def _user(request: Request) -> User:
    user = find_user(user_id=leading_id(_required(request, "user")) or None)
    if user is None or not user.is_visible:
        raise ObjectNotFoundError
    return user


def _hours(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise BadRequestError("Period should be a number of hours")
    # Python refuses to read thousands of digits; so many are out of range in any case.
    hours = int(text[:20])
    if not 0 <= hours <= max_block_hours():
        raise BadRequestError(f"Period must be between 0 and {max_block_hours()}")
    return hours
