"""Verbs of acceptance: upload evidence, apply, check, note that a decision is overdue."""

from collections.abc import Sequence
from uuid import UUID

from luoshi_common.auth.actions import Action
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.files.store import FileStore, Readable
from luoshi_common.reasons import Reason
from luoshi_tasks.acceptance import events, queries, rules
from luoshi_tasks.acceptance.model import Evidence, PartCheck, StrikeOffApplication
from luoshi_tasks.acceptance.rules import ApplicationState, Verdict
from luoshi_tasks.items import commands as items
from luoshi_tasks.items import queries as items_queries
from luoshi_tasks.items.rules import TERMINAL, ItemState, TooManyCharacters, WrongState

ACCEPTOR_DUE = "acceptance.acceptor_due"
"""Timer: the acceptor should have decided by now (profile `acceptance.acceptor_days`)."""


async def upload_evidence(uow: UnitOfWork, *, item_id: UUID, name: str, stream: Readable, files: FileStore) -> Evidence:
    """Keep a file for an item in which one's unit has a part (R62); it tells nothing until it is applied with.

    Raises:
        FileTooLarge, FileEmpty, FileTypeRefused, FileNameMisleading: the profile's `files`.
    """
    item = await items_queries.get(uow.session, item_id=item_id)
    uow.allow(Action.UPLOAD_EVIDENCE, item.guarded())
    if item.state is ItemState.DRAFT or item.state in TERMINAL:
        raise WrongState(state=item.state.value, to=ItemState.APPLIED.value)
    settings = uow.profile.files
    if len(name) > settings.name_characters:
        raise TooManyCharacters(limit=settings.name_characters)
    stored = await files.put(
        stream, limit_bytes=settings.max_bytes, allowed=frozenset(settings.types.values()), name=name
    )
    evidence = Evidence(
        item_id=item_id, application_id=None, name=name, media_type=stored.media_type, size=stored.size,
        sha256=stored.sha256, uploaded_by=uow.actor.person_id, uploaded_at=uow.now,
    )  # fmt: skip
    uow.session.add(evidence)
    return evidence


async def apply_for_strike_off(
    uow: UnitOfWork, *, item_id: UUID, expected_version: int | None, summary: str, evidence_ids: Sequence[UUID]
) -> StrikeOffApplication:
    """The lead unit says that the whole item is done (R62).

    Raises:
        WrongState, AcceptorMissing, SummaryMissing, SummaryTooLong, EvidenceMissing, TooMuchEvidence,
        EvidenceUnknown, CalendarYearMissing.
    """
    item = await items_queries.get_for_update(uow.session, item_id=item_id, expected_version=expected_version)
    uow.allow(Action.APPLY_STRIKE_OFF, item.guarded())
    wanted = frozenset(evidence_ids)
    applied = rules.apply_for_strike_off(
        item=item.facts, summary=summary, evidence=len(wanted), settings=uow.profile.acceptance,
        calendar=uow.calendar, now=uow.now,
    )  # fmt: skip
    evidence = await queries.list_evidence_for_update(uow.session, item_id=item_id, ids=wanted)
    if len(evidence) < len(wanted):
        raise rules.EvidenceUnknown
    names = {part.id: part.name for part in item.facts.parts}
    application = StrikeOffApplication(
        item_id=item_id, round=await queries.count_of_item(uow.session, item_id=item_id) + 1,
        summary=summary.strip(), state=ApplicationState.OPEN, state_before=item.state,
        applied_by=uow.actor.person_id, applied_at=uow.now, due_at=applied.due.at,
        due_because=list(applied.due.lines), overdue_at=None, decided_at=None, waiting=len(applied.parts),
        checks=[
            PartCheck(
                item_id=item_id, part_id=part, position=position, unit_name=names[part], passed=None, reason="",
                decided_by=None, decided_at=None,
            )
            for position, part in enumerate(applied.parts)
        ],
        evidence=list(evidence),
    )  # fmt: skip
    uow.session.add(application)
    uow.emit(events.applied(application, items.begin_acceptance(item)), record=item, because=applied.because)
    uow.schedule(ACCEPTOR_DUE, record=application, at=application.due_at)
    await uow.session.flush()
    return application


async def check(
    uow: UnitOfWork, *, application_id: UUID, expected_version: int | None, verdicts: Sequence[Verdict]
) -> StrikeOffApplication:
    """The acceptor passes or returns parts (R62); when all are decided, the item is struck off or sent back (6.6).

    Raises:
        AcceptorHasPart, ApplicationClosed, PartNotInApplication, PartDecided, PartTwice, ReasonMissing, ReasonTooLong.
    """
    item_id = await queries.get_item_id(uow.session, application_id=application_id)
    item = await items_queries.get_for_update(uow.session, item_id=item_id)
    uow.allow(Action.CHECK_STRIKE_OFF, item.guarded())
    application = await queries.get_for_update(
        uow.session, application_id=application_id, expected_version=expected_version
    )
    checked = rules.check(
        item=item.facts, acceptor_unit=uow.actor.unit_id, decisions=application.decisions, verdicts=verdicts,
        reason_characters=uow.profile.items.note_characters,
    )  # fmt: skip
    for verdict, because in zip(verdicts, checked.because, strict=True):
        _write_down(uow, application, verdict)
        after = items.decide_part(item, part_id=verdict.part_id, passed=verdict.passed)
        uow.emit(events.checked(application, after, verdict=verdict), record=item, because=(because,))
    application.waiting, application.state = checked.waiting, checked.state
    if checked.state is not ApplicationState.OPEN:
        application.decided_at = uow.now
        uow.cancel(ACCEPTOR_DUE, record=application)
    if checked.state is ApplicationState.PASSED:
        uow.emit(events.struck_off(application, items.strike_off(uow, item=item)), record=item)
    if checked.state is ApplicationState.RETURNED:
        after = items.send_back(item, to=application.state_before)
        uow.emit(events.returned(application, after), record=item)
    # The facts are the item's; the application's own version, which the answer names, rises as it is written.
    await uow.session.flush()
    return application


async def note_overdue(uow: UnitOfWork, *, application_id: UUID) -> None:
    """The office is told that an acceptor let the time pass; one that was decided meanwhile is left alone."""
    item_id = await queries.get_item_id(uow.session, application_id=application_id)
    item = await items_queries.get_for_update(uow.session, item_id=item_id)
    application = await queries.get_for_update(uow.session, application_id=application_id)
    if application.state is not ApplicationState.OPEN:
        return
    application.overdue_at = uow.now
    because = Reason(
        rule="acceptance.overdue", requirement="R62", inputs={"due_at": application.due_at.isoformat()},
        text="验收人未在期限内作出结论",
    )  # fmt: skip
    uow.emit(events.overdue(application, items.snapshot(item)), record=item, because=(because,))


def _write_down(uow: UnitOfWork, application: StrikeOffApplication, verdict: Verdict) -> None:
    for check_of_part in application.checks:
        if check_of_part.part_id == verdict.part_id:
            check_of_part.passed, check_of_part.reason = verdict.passed, verdict.reason.strip()
            check_of_part.decided_by, check_of_part.decided_at = uow.actor.person_id, uow.now
