"""任务页的动作: arrange, issue, upload, apply, check; each a form that works without scripts."""

from typing import Any

from luoshi_client.tasks import Item
from luoshi_console.forms import FileMissing, Form, Upload
from luoshi_console.pages.item import LONGEST, PAGE
from luoshi_console.visit import Act, Done, Visit


def version_of(form: Form, name: str = "version") -> int:
    """Read the version that the form was made for; one that is missing never matches."""
    return form.number(name) or 0


async def arrange(visit: Visit, form: Form) -> Done:
    """Set leader, deadline, acceptor, class and short title."""
    item_id = visit.params["item_id"]
    arrangement: dict[str, Any] = {
        name: form.text(name) or None for name in ("leader_id", "acceptor_id", "deadline", "four_major", "short_title")
    }
    arrangement["continuing"] = "continuing" in form
    item = await visit.services.tasks.arrange(item_id, version=version_of(form), arrangement=arrangement)
    return Done(location=await _next_waiting(visit, item) if "next" in form else f"/items/{item_id}", said="saved")


async def _next_waiting(visit: Visit, item: Item) -> str:
    """Lead on to the next draft of the plan that lacks something; after the last one, to the plan."""
    drafts = await visit.services.tasks.items(state="draft", limit=LONGEST)
    lacking = [i for i in drafts.items if i.plan_id == item.plan_id and i.waits_for and i.id != item.id]
    onward = sorted(lacking, key=lambda i: (i.no < item.no, i.no))
    return f"/items/{onward[0].id}#acts" if onward else f"/imports/{item.plan_id}"


async def issue(visit: Visit, form: Form) -> Done:
    """Put the item before its units."""
    item_id = visit.params["item_id"]
    await visit.services.tasks.issue(item_id, version=version_of(form), key=form.text("key"))
    return Done(location=f"/items/{item_id}", said="issued")


async def upload(visit: Visit, form: Form) -> Done:
    """Add a file to the evidence that waits; what was written beside it stays."""
    file = form.files.get("file")
    if file is None:
        raise FileMissing
    await _hand_in(visit, form, file)
    typed = form if form.text("summary") else None
    return Done(location=f"/items/{visit.params['item_id']}#acts", said="uploaded", typed=typed)


async def _hand_in(visit: Visit, form: Form, file: Upload) -> str:
    key = visit.key(form.text("key"), file.digest, file.name)
    evidence = await visit.services.tasks.upload_evidence(
        visit.params["item_id"], key=key, name=file.name, content=file.content
    )
    return str(evidence.id)


async def apply(visit: Visit, form: Form) -> Done:
    """Say that the item is done; a file that was chosen and not yet handed in goes with it."""
    item_id, file = visit.params["item_id"], form.files.get("file")
    chosen = (await _hand_in(visit, form, file),) if file else ()
    await visit.services.tasks.apply_for_strike_off(
        item_id,
        version=version_of(form),
        key=form.text("key"),
        summary=form.text("summary"),
        evidence_ids=(*form.texts_of("evidence"), *chosen),
    )
    return Done(location=f"/items/{item_id}", said="applied")


async def check(visit: Visit, form: Form) -> Done:
    """Decide the parts that were marked; the others wait."""
    item_id = visit.params["item_id"]
    verdicts = [
        {
            "part_id": name.removeprefix("verdict-"),
            "verdict": form.text(name),
            "reason": form.text(name.replace("verdict-", "reason-", 1)),
        }
        for name in form.texts
        if name.startswith("verdict-")
    ]
    await visit.services.tasks.check(
        form.text("application"), version=version_of(form), key=form.text("key"), verdicts=verdicts
    )
    return Done(location=f"/items/{item_id}", said="checked")


ACTS = (
    Act(path="/items/{item_id}/arrangement", do=arrange, page=PAGE),
    Act(path="/items/{item_id}/issue", do=issue, page=PAGE),
    Act(path="/items/{item_id}/evidence", do=upload, page=PAGE),
    Act(path="/items/{item_id}/applications", do=apply, page=PAGE),
    Act(path="/items/{item_id}/checks", do=check, page=PAGE),
)
