"""佐证材料下载: passes a file through as the service hands it out, to whoever the policy lets have it."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from luoshi_console.problems import TROUBLES
from luoshi_console.reception import Reception, to_sign_in


def routes(reception: Reception) -> list[Route]:
    """List the one address."""

    async def download(request: Request) -> Response:
        visit = await reception.visit(request)
        if visit.session is None:
            return to_sign_in(visit)
        pieces = visit.services.tasks.download_evidence(visit.params["evidence_id"])
        try:
            first = await anext(pieces, b"")
        except TROUBLES as trouble:
            return await reception.refuse(visit, trouble)

        async def content() -> AsyncIterator[bytes]:
            yield first
            async for piece in pieces:
                yield piece

        headers = {"Content-Disposition": "attachment"}
        return StreamingResponse(content(), media_type="application/octet-stream", headers=headers)

    return [Route("/evidence/{evidence_id}", download)]
