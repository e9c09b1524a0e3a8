"""告知: who gets told, and who must act. Publishes `notify.message.*`; listens to the facts of tasks, and takes persons
and roles from the mirror of the directory.
"""
