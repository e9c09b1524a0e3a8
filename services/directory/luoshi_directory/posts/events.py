"""What leaves this feature."""

from luoshi_common.events.directory import PostChanged
from luoshi_directory.posts.model import Post


def post_changed(post: Post) -> PostChanged:
    """职务变更."""
    return PostChanged(
        id=post.id,
        unit_id=post.unit_id,
        title=post.title,
        first_responsible=post.first_responsible,
        person_id=post.person_id,
        portfolio=post.portfolio,
    )
