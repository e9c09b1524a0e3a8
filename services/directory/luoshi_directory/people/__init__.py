"""人员: who works in the city: name, unit, duty name, roles, and their sign-in name (R91, R92).

Events out: `directory.person.changed` (name, unit, roles; nothing that identifies a person elsewhere). Roles are looked
up at each request, so that a token proves a person only.
"""
