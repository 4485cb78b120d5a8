"""Everything that comes from the engine's process goes through here, to whoever asked."""

from collections.abc import Iterable

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.gpu_part import flow as gpu_part
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.weights import flow as weights
from resnet_gui.operations.network import FindDevice
from resnet_gui.service.messages import Event, Lost, Ready, newest_told


def handle_events(context: Context, events: Iterable[Event]) -> None:
    """Let each event take effect, in order."""
    network = context.state.network
    before = network.choice, network.facts
    for event in newest_told(events):
        match event:
            case Ready():
                context.engine.ask(FindDevice(), done=lambda sentence: _on_device(context, sentence))
                gpu_part.look(context)
            case Lost(sentence):
                context.notices.trouble(sentence, topic="engine")
            case _:
                context.engine.handle(event)
    if (network.choice, network.facts) != before:
        weights.show(context)  # which one is in use


def _on_device(context: Context, sentence: str) -> None:
    if not context.state.device:
        context.state.device = sentence
        folder.show(context)
