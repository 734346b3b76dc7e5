"""Files of a form, read into memory and never to disk: what is too large or too many is read past, and named."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from troubleshoot.tickets.pictures import MAX_BYTES

#: Most files taken of one form.
MAX_FILES = 5


@dataclass
class Uploaded:
    """What a form brought: each file's bytes, and the names of those that were too large or one too many."""

    files: list[bytes] = field(default_factory=list)
    too_large: list[str] = field(default_factory=list)
    too_many: int = 0


class MemoryHandler(FileUploadHandler):
    """Keeps files of up to `MAX_BYTES` in memory, `MAX_FILES` of them."""

    def __init__(self, seen: Uploaded) -> None:
        super().__init__()
        self.seen = seen
        self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()
        self._count += 1
        if self._count > MAX_FILES:
            self.seen.too_many += 1
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > MAX_BYTES:
            self.seen.too_large.append(str(self.file_name)[:80])
            raise SkipFile
        self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def read_files(request: HttpRequest, name: str) -> Uploaded:
    """The files sent as `name`. Call it before anything reads `request.POST`."""
    seen = Uploaded()
    request.upload_handlers = [MemoryHandler(seen)]
    seen.files = [content for file in request.FILES.getlist(name) if (content := file.read())]
    return seen
