"""事项: the responsibility list 四重一高清单 — what is to be done, who owes which part, until when (R14, R60, R61).

An item binds nobody while it is a draft; it says itself what it still waits for. Groups named by the plan are one
collective part, its members copied when the item is issued.

States::

    draft → issued, withdrawn
    issued → claimed, applied, withdrawn, carried_over
    claimed → in_progress, applied, withdrawn, carried_over
    in_progress → applied, withdrawn, carried_over
    applied → struck_off, issued, claimed, in_progress
    struck_off → nothing
    withdrawn → nothing
    carried_over → nothing

While claims and progress do not exist, issued → applied is the way; a return leads back to the state before.
Events out: tasks.item.drafted, tasks.item.arranged, tasks.item.issued. Events in: none.
"""
