"""方案导入的动作: import, accept findings, confirm, issue all that is ready."""

from luoshi_console.forms import FileMissing, Form
from luoshi_console.pages.plan import LIST, REVIEW
from luoshi_console.visit import Act, Done, Visit


async def import_plan(visit: Visit, form: Form) -> Done:
    """Hand in a document to be read; the same file again leads to the same plan."""
    file = form.files.get("file")
    if file is None:
        raise FileMissing
    year = form.number("year") or visit.reference.today().year
    plan = await visit.services.tasks.import_plan(
        key=visit.key(form.text("key"), file.digest, year), name=file.name, content=file.content, year=year
    )
    return Done(location=f"/imports/{plan.id}", said="imported")


async def accept_one(visit: Visit, form: Form) -> Done:
    """Say that one finding may stand, and stay at its place."""
    plan_id, no = visit.params["plan_id"], int(visit.params["no"])
    await visit.services.tasks.accept_findings(plan_id, version=form.number("version") or 0, numbers=[no])
    return Done(location=f"/imports/{plan_id}#f{no}")


async def accept_all(visit: Visit, form: Form) -> Done:
    """Say so of every open finding that the page has shown, or of all of one kind."""
    plan_id = visit.params["plan_id"]
    numbers = [int(no) for no in form.texts_of("no") if no.isascii() and no.isdigit()]
    if kind := form.text("kind"):
        plan = await visit.services.tasks.plan(plan_id)
        numbers = [finding.no for finding in plan.findings if finding.code == kind and finding.state != "accepted"]
    await visit.services.tasks.accept_findings(plan_id, version=form.number("version") or 0, numbers=numbers)
    return Done(location=f"/imports/{plan_id}", said="accepted")


async def confirm(visit: Visit, form: Form) -> Done:
    """Take the reading as right."""
    plan_id = visit.params["plan_id"]
    await visit.services.tasks.confirm_plan(plan_id, version=form.number("version") or 0, key=form.text("key"))
    return Done(location=f"/imports/{plan_id}", said="confirmed")


async def issue(visit: Visit, form: Form) -> Done:
    """Issue every item that waits for nothing."""
    plan_id = visit.params["plan_id"]
    await visit.services.tasks.issue_plan(plan_id, version=form.number("version") or 0, key=form.text("key"))
    return Done(location=f"/imports/{plan_id}", said="issued")


ACTS = (
    Act(path="/imports", do=import_plan, page=LIST),
    Act(path="/imports/{plan_id}/findings/{no:int}", do=accept_one, page=REVIEW),
    Act(path="/imports/{plan_id}/findings", do=accept_all, page=REVIEW),
    Act(path="/imports/{plan_id}/confirmation", do=confirm, page=REVIEW),
    Act(path="/imports/{plan_id}/issues", do=issue, page=REVIEW),
)
