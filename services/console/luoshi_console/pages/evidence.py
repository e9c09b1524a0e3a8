"""佐证材料下载: passes a file through as the service hands it out, to whoever the policy lets have it."""

from contextlib import AsyncExitStack

from starlette.background import BackgroundTask
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
        held = AsyncExitStack()
        try:
            file = await held.enter_async_context(visit.services.tasks.download_evidence(visit.params["evidence_id"]))
        except TROUBLES as trouble:
            return await reception.refuse(visit, trouble)
        return StreamingResponse(file.pieces, headers=dict(file.headers), background=BackgroundTask(held.aclose))

    return [Route("/evidence/{evidence_id}", download)]
