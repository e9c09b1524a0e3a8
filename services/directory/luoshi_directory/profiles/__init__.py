"""市情参数: versions of the city profile and calendar years (—). A version, once activated, never changes; the highest
number is in force. Calendar years are those of the published notices, or given by hand.

Events out: `directory.profile.activated`, `directory.calendar.published`.
"""
