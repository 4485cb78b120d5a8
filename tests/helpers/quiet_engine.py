"""An engine that says nothing: for tests of what the window does by itself.  Imports nothing heavy."""

from resnet_gui.service.messages import Event, Message


class QuietEngine:
    """sent: what it was asked."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        """Note it."""
        self.sent.append(message)

    def poll(self) -> list[Event]:
        """Nothing."""
        return []

    def close(self, timeout_s: float = 3.0) -> None:
        """Nothing to end."""
