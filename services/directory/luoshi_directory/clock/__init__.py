"""业务时间: the time by which things fall due; development mode moves it forward, nothing moves it back (—).

It moves in steps to the next due time of any service. Each step is told to all; the next one comes when all have
answered. Event out: `directory.clock.advanced`; events in: every service's `clock.reached`.
"""
