"""Pictures of drafts and requests: cleaned, counted, and kept in the database beside what they belong to."""

import hashlib
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.core import limits
from troubleshoot.tickets.models import Draft, Picture, PictureContent, Ticket
from troubleshoot.tickets.pictures import MAX_CLEAN_BYTES, Area, CleanPicture, Cut, PictureError, PictureFault, clean
from troubleshoot.tickets.uploads import MAX_FILES, Uploaded

#: Most pictures one request can have, with all that is added to it.
MAX_OF_ONE = 30


class NotKept(StrEnum):
    """Why a good picture was not kept."""

    TOO_MANY = "too-many"
    SENT_ALREADY = "sent-already"
    HELD_BACK = "held-back"
    NO_ROOM = "no-room"


class NotKeptError(Exception):
    def __init__(self, reason: NotKept) -> None:
        super().__init__(reason)
        self.reason = reason


def keep(owner: Draft | Ticket, content: bytes, *, network: str) -> Picture:
    """Clean a picture and keep it with a draft, or with a request until something is added to that.

    The same one sent twice is kept once.

    Raises PictureError for what is no good picture, NotKeptError for one too many.
    """
    digest = hashlib.sha256(content).hexdigest()
    waiting = _waiting(owner)
    if (known := waiting.filter(digest=digest).first()) is not None:
        return known
    if waiting.count() >= MAX_FILES or owner.pictures.count() >= MAX_OF_ONE:
        raise NotKeptError(NotKept.TOO_MANY)
    if limits.count("picture", network) > settings.PICTURES_AN_HOUR:
        raise NotKeptError(NotKept.HELD_BACK)
    try:
        cleaned = clean(content)
    except OSError as error:  # no process could be started: the machine is at its end, the words are not
        raise NotKeptError(NotKept.NO_ROOM) from error
    if (
        not _is_confirmed(owner)
        and _unconfirmed_bytes() + len(cleaned.content) > settings.UNCONFIRMED_PICTURES_MAX_BYTES
    ):
        raise NotKeptError(NotKept.NO_ROOM)
    try:
        return _store(owner, cleaned, digest)
    except IntegrityError:  # the same picture came twice at once
        return waiting.get(digest=digest)
    except Error as error:  # a full disk, most of all: the words are safe without the picture
        raise NotKeptError(NotKept.NO_ROOM) from error


def _waiting(owner: Draft | Ticket) -> QuerySet[Picture]:
    """Those that are not part of a request yet."""
    return owner.pictures.filter(entry__isnull=True)


def _is_confirmed(owner: Draft | Ticket) -> bool:
    return isinstance(owner, Ticket) and owner.is_confirmed


def _unconfirmed_bytes() -> int:
    unconfirmed = Q(draft__isnull=False) | Q(ticket__confirmed_at__isnull=True)
    return int(Picture.objects.filter(unconfirmed).aggregate(sum=Sum("size"))["sum"] or 0)


@transaction.atomic
def _store(owner: Draft | Ticket, cleaned: CleanPicture, digest: str) -> Picture:
    if isinstance(owner, Draft) and not Draft.objects.select_for_update().filter(pk=owner.pk, ticket=None).exists():
        raise NotKeptError(NotKept.SENT_ALREADY)  # sent while the picture was on its way
    if isinstance(owner, Ticket):
        Ticket.objects.select_for_update().get(pk=owner.pk)
    if _waiting(owner).count() >= MAX_FILES:  # others came while this one was read
        raise NotKeptError(NotKept.TOO_MANY)
    picture = Picture.objects.create(
        draft=owner if isinstance(owner, Draft) else None,
        ticket=owner if isinstance(owner, Ticket) else None,
        media_type=cleaned.media_type,
        width=cleaned.width,
        height=cleaned.height,
        size=len(cleaned.content),
        digest=digest,
        created_at=timezone.now(),
    )
    PictureContent.objects.create(picture=picture, data=cleaned.content)
    return picture


def cut(picture: Picture, cut: Cut) -> None:
    """Cut a picture's edges off; what was cut off is gone. Raises PictureError."""
    put_in_place(picture, clean(bytes(picture.content.data), cut=cut, max_bytes=MAX_CLEAN_BYTES))


def covered(picture: Picture, area: Area) -> CleanPicture:
    """The picture with an area black, for `put_in_place`; it takes a while, so no lock is held. Raises PictureError."""
    return clean(bytes(picture.content.data), cover=area, max_bytes=MAX_CLEAN_BYTES)


def is_as_read(picture: Picture) -> bool:
    """Whether the stored bytes are still those that were read with `picture`."""
    return bytes(PictureContent.objects.get(picture=picture).data) == bytes(picture.content.data)


@transaction.atomic
def put_in_place(picture: Picture, cleaned: CleanPicture) -> None:
    """Replace the bytes of a picture; the former ones are gone."""
    PictureContent.objects.filter(picture=picture).update(data=cleaned.content)
    picture.width, picture.height, picture.size = cleaned.width, cleaned.height, len(cleaned.content)
    picture.save(update_fields=["width", "height", "size"])


def keep_all(owner: Draft | Ticket, uploaded: Uploaded, *, network: str) -> list[str]:
    """Keep the pictures of a form; what to say of those that were not kept."""
    said = [words_of(PictureFault.TOO_LARGE) for _name in uploaded.too_large]
    for content in uploaded.files:
        try:
            keep(owner, content, network=network)
        except PictureError as error:
            said.append(words_of(error.fault))
        except NotKeptError as error:
            said.append(words_of(error.reason))
    if uploaded.too_many:
        said.append(words_of(NotKept.TOO_MANY))
    return list(dict.fromkeys(said))


_WORDS: dict[PictureFault | NotKept, Any] = {
    PictureFault.NOT_A_PICTURE: _(
        "This file is no picture that we take. Take PNG, JPEG or WebP: a screenshot is one of these."
    ),
    PictureFault.EMPTY: _("The file is empty. Save the picture once more, then choose it again."),
    PictureFault.TOO_LARGE: _(
        "A picture may have 7 MB. Cut it to the part that shows the message, or save it as JPEG."
    ),
    PictureFault.TOO_MANY_PIXELS: _(
        "The picture is larger than 25 million pixels. Cut it to the part that shows the message."
    ),
    PictureFault.ANIMATED: _("The picture moves. Take a screenshot that stands still."),
    PictureFault.DAMAGED: _(
        "The picture is damaged or was cut off on its way. Save it once more, then choose it again."
    ),
    PictureFault.TOO_SLOW: _("The picture took too long to read. Save it once more as PNG or JPEG."),
    PictureFault.BAD_CROP: _("Nothing of the picture would be left."),
    NotKept.TOO_MANY: _("Five pictures are the most. Remove one before you add another."),
    NotKept.SENT_ALREADY: _(
        "The request was sent before this picture had arrived. Open the link in our mail and add the picture there."
    ),
    NotKept.HELD_BACK: _(
        "Very many pictures came from your network in this hour, so this one was not taken. "
        "Send your request without it: it can be added later."
    ),
    NotKept.NO_ROOM: _(
        "There is no room for pictures just now, so this one was not kept. What you typed is. "
        "Send your request without it: it can be added later."
    ),
}


def words_of(why: PictureFault | NotKept) -> str:
    """What went wrong with a picture, and what to do."""
    return str(_WORDS[why])


def serve(picture: Picture) -> HttpResponse:
    """The bytes, as a picture and nothing else. Who may see it is the caller's business."""
    response = HttpResponse(bytes(picture.content.data), content_type=picture.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Disposition"] = f'inline; filename="{picture.pk}.{picture.media_type.partition("/")[2]}"'
    response["Cache-Control"] = "private, no-store"
    return response
