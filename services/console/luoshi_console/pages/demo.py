"""演示条: moves business time in development mode; the directory does it, every service follows."""

from calendar import monthrange

from luoshi_console.forms import Form
from luoshi_console.pages.bench import PAGE
from luoshi_console.pages.login import inside
from luoshi_console.visit import Act, Done, Visit


async def advance(visit: Visit, form: Form) -> Done:
    """Move by a day, or to the same day of the next month."""
    today = visit.reference.today()
    days = monthrange(today.year, today.month)[1] if form.text("step") == "month" else 1
    await visit.services.directory.advance(key=visit.key("advance", today, form.text("step")), days=days)
    return Done(location=inside(form.text("back", "/")), said="advanced")


ACTS = (Act(path="/demo/clock", do=advance, page=PAGE),)
