"""健康: alive, ready (the directory's mirror has caught up), and what Prometheus reads."""

from fastapi import APIRouter, Request, Response

from luoshi_common.http.edge import EdgeRuntime
from luoshi_common.http.problems import NotReady
from luoshi_common.observability.metrics import MEDIA_TYPE

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """存活: the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """就绪: requests can be served; else 503 with the reasons."""
    runtime: EdgeRuntime = request.app.state.runtime
    if reasons := runtime.ready():
        raise NotReady(retry_after=request.app.state.limits().retry_after, reasons=reasons)
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """指标."""
    runtime: EdgeRuntime = request.app.state.runtime
    return Response(runtime.metrics.exposition(), media_type=MEDIA_TYPE)
