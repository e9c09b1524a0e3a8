"""名录: who is who and what is agreed in a city: units, groups, posts, people, the city profile, calendar years, and in
development the business clock. Publishes `directory.*`; listens to every service's `clock.reached`.
"""
