"""`python -m tools.houserules`: print `file:line rule: sentence` for every fault; exit 1 if there is one."""

import sys

from tools.houserules._run import check_tree

faults = check_tree()
print(*faults, sep="\n", end="\n" if faults else "")
sys.exit(1 if faults else 0)
