"""What the window tells a person: the newest in one banner, the older ones behind it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_WAITING_KEPT = 20


@dataclass(frozen=True, slots=True)
class Other:
    """Another answer than the first, as a quiet button.  tip: what it means."""

    text: str
    do: Callable[[], None]
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole sentence; as a rule at most one thing to do about it.

    text: the sentence.
    error: whether something went wrong.
    action: text of its button, empty for none.
    do: what the button does.
    topic: a newer notice of the same topic takes the older one's place ("export", "network"); empty for none.
    others: further answers, where it asks; then it has no cross, since one of them leaves things as they are.
    """

    text: str
    error: bool = False
    action: str = ""
    do: Callable[[], None] | None = None
    topic: str = ""
    others: tuple[Other, ...] = ()


class Notices:
    """The notices that wait, the newest on the screen."""

    def __init__(self) -> None:
        self._notices: deque[Notice] = deque(maxlen=_WAITING_KEPT)

    @property
    def current(self) -> Notice | None:
        """The notice on the screen."""
        return self._notices[-1] if self._notices else None

    def tell(self, notice: Notice) -> None:
        """Show the notice; one that waits already comes to the front, and is not told twice."""
        if notice == self.current:
            return
        kept = [one for one in self._notices if one != notice and not (notice.topic and one.topic == notice.topic)]
        self._notices = deque((*kept, notice), maxlen=_WAITING_KEPT)

    def info(self, text: str, topic: str = "") -> None:
        """Something went well, or is good to know."""
        self.tell(Notice(text, topic=topic))

    def error(self, text: str, topic: str = "") -> None:
        """Something could not be done; the sentence says what to do."""
        self.tell(Notice(text, error=True, topic=topic))

    def close(self) -> None:
        """The person has closed the one on the screen: show the one before."""
        if self._notices:
            self._notices.pop()

    def act(self) -> None:
        """The person has pressed the notice's button."""
        notice = self.current
        self.close()
        if notice is not None and notice.do is not None:
            notice.do()

    def answer(self, number: int) -> None:
        """The person has pressed the number-th of the notice's other buttons."""
        notice = self.current
        self.close()
        if notice is not None and number < len(notice.others):
            notice.others[number].do()

    def withdraw(self, topic: str) -> None:
        """The matter is over: take its notices away."""
        self._notices = deque((one for one in self._notices if one.topic != topic), maxlen=_WAITING_KEPT)
