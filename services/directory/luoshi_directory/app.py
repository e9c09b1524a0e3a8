"""名录服务: the only file that knows all its features."""

from luoshi_common.service import Service
from luoshi_directory.city import api as city
from luoshi_directory.clock import api as clock
from luoshi_directory.clock.subscribers import clock_reached
from luoshi_directory.invariants import INVARIANTS
from luoshi_directory.people import api as people
from luoshi_directory.posts import api as posts
from luoshi_directory.profiles import api as profiles
from luoshi_directory.record import DirectoryRecord
from luoshi_directory.sign_in.api import sign_in_router
from luoshi_directory.units import api as units

SERVICE = Service(
    name="directory",
    package="luoshi_directory",
    metadata=DirectoryRecord.metadata,
    routers=(city.router, units.router, people.router, posts.router, profiles.router),
    router_factories=(clock.clock_router, sign_in_router),
    subscribers=(clock_reached,),
    invariants=INVARIANTS,
)
