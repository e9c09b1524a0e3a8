"""The typed client of the public APIs: for the console, the command line, and anybody else's Python.

::

    async with httpx.AsyncClient(base_url="http://127.0.0.1:8000") as client:
        tasks = Tasks(ServiceSession(client, root="/api/tasks", token=my_token))
        item = await tasks.item(item_id)
"""
