"""职务: duties in a unit, held by a person or vacant; one of them is the unit's first responsible person (R91, R92).

Events out: `directory.post.changed`. A post that left the folder is vacant and first responsible no more.
"""
