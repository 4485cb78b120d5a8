"""Everything that comes from the engine's process goes through here, to whoever asked."""

from collections.abc import Iterable

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.gpu_part import flow as gpu_part
from resnet_gui.operations.network import FindDevice
from resnet_gui.service.messages import Event, Lost, Ready, newest_told


def handle_events(context: Context, events: Iterable[Event]) -> None:
    """Let each event take effect, in order."""
    for event in newest_told(events):
        match event:
            case Ready():
                context.engine.ask(FindDevice(), done=lambda sentence: _on_device(context, sentence))
            case Lost(sentence):
                context.notices.error(sentence, topic="engine")
            case _:
                context.engine.handle(event)


def _on_device(context: Context, sentence: str) -> None:
    context.state.device = context.state.device or sentence
    gpu_part.ask(context)
