"""上传与下载: what a handler declares to be given the service's file store."""

from typing import Annotated

from fastapi import Depends, Request

from luoshi_common.files.store import FileStore


def _files(request: Request) -> FileStore:
    files: FileStore = request.app.state.runtime.files
    return files


Files = Annotated[FileStore, Depends(_files)]
