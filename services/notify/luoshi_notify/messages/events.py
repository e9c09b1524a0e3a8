"""What leaves this feature."""

from luoshi_common.events.notify import MessageClosed, MessageDelivered
from luoshi_notify.messages.model import Message


def delivered(message: Message) -> MessageDelivered:
    """消息送达."""
    return MessageDelivered(id=message.id, person_id=message.person_id, kind=message.kind, text_key=message.text_key)


def closed(message: Message) -> MessageClosed:
    """待办办结."""
    return MessageClosed(id=message.id, person_id=message.person_id)
