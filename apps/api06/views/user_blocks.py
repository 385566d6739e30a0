"""What the API says about blocks, and how moderators make one."""

import re

from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.osm import osmjson, osmxml
from apps.osm.errors import BadRequestError, ObjectNotFoundError
from apps.osm.formats import Format
from apps.users.block_querysets import access_block, blocks_with_users
from apps.users.blocks import block_user, max_block_hours
from apps.users.models import User, UserBlock

from ..documents import ORIGIN
from ..formats import user_blocks as formats
from ..parameters import given, leading_number
from ..permissions import CREATE_BLOCK, READ_ACTIVE_BLOCKS, require
from .base import ApiView

_WHOLE_NUMBER = re.compile("[+-]?[0-9]+")


class Block(ApiView):
    """One block, for everybody."""

    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return _one_block(self, access_block(osm_id))


class BlockCreation(ApiView):
    writes = True

    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        moderator = require(request, **CREATE_BLOCK)
        user = _user(request)
        reason = _needed(request, "reason", "No reason was given")
        hours = _hours(_needed(request, "period", "No period was given"))
        if given(request, "needs_view") not in {None, "true"}:
            raise BadRequestError("Needs_view must be true if provided")
        needs_view = given(request, "needs_view") is not None
        try:
            block = block_user(moderator, user=user, reason=reason, hours=hours, needs_view=needs_view)
        except ValidationError as error:
            raise BadRequestError(" ".join(error.messages)) from None
        return _one_block(self, block)


class ActiveBlocks(ApiView):
    """The caller's own blocks that are in force, the newest first; without their reasons, which are for the page."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = require(request, **READ_ACTIVE_BLOCKS)
        blocks = blocks_with_users(user.blocks.active()).order_by("-pk")
        if self.output_format is Format.JSON:
            content = {"user_blocks": [formats.as_dict(block, with_reason=False) for block in blocks]}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        for block in blocks:
            formats.append(document, block, with_reason=False)
        return self.respond(osmxml.serialize(document))


def _one_block(view: ApiView, block: UserBlock) -> HttpResponseBase:
    if view.output_format is Format.JSON:
        return view.respond(osmjson.document(ORIGIN, {"user_block": formats.as_dict(block)}))
    document = osmxml.root("osm", ORIGIN)
    formats.append(document, block)
    return view.respond(osmxml.serialize(document))


def _needed(request: Request, name: str, refusal: str) -> str:
    value = given(request, name)
    if not value:
        raise BadRequestError(refusal)
    return value


def _user(request: Request) -> User:
    number = leading_number(_needed(request, "user", "No user was given"))
    user = User.objects.filter(pk=number).first() if number else None
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
