"""城市: the city folder is read with findings and laid over what the directory holds; only what differs is told.

Serves R47 and R91. A folder with an error changes nothing; warnings are told. Events out: `directory.city.loaded`, and
those of units, groups, people, posts, profiles and the clock.
"""
