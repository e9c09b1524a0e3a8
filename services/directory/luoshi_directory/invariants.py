"""What must always hold in the directory."""

from luoshi_common.observability.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="a unit has one first responsible person at most",
        requirement="R91",
        sql="SELECT unit_id, count(*) FROM post WHERE first_responsible GROUP BY unit_id HAVING count(*) > 1",
    ),
    Invariant(
        name="members of a group are units",
        requirement="R47",
        sql="""
        SELECT unit_group.code, member ->> 'unit_id' FROM unit_group, jsonb_array_elements(members) AS member
        WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit.id = (member ->> 'unit_id')::uuid)
        """,
    ),
    Invariant(
        name="profile versions are numbered without gaps",
        requirement="",
        sql="SELECT max(number), count(*) FROM profile_version HAVING max(number) <> count(*)",
    ),
    Invariant(
        name="who has left holds no role and no sign-in name",
        requirement="",
        sql="SELECT code FROM person WHERE NOT active AND (roles <> '[]'::jsonb OR sign_in IS NOT NULL)",
    ),
    Invariant(
        name="business time moves in one advance at a time",
        requirement="",
        sql="SELECT count(*) FROM clock_advance WHERE completed_at IS NULL HAVING count(*) > 1",
    ),
    Invariant(
        name="the mirror runs ahead of nothing: its profile is one that was activated",
        requirement="",
        sql="""
        SELECT profile_number FROM mirror_city
        WHERE profile_number > coalesce((SELECT max(number) FROM profile_version), 0)
        """,
    ),
)
