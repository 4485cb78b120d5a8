"""The speeds on this machine: looked at, measured, given up; told by the engine whenever a network is loaded."""

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.speed.view import why_not_measurable
from resnet_gui.operations.speeds import MeasureSpeeds, SpeedProgress, SpeedsKnown
from resnet_gui.service.messages import Failed, Why


def open_picker(context: Context) -> None:
    """Show what the three words come to here."""
    context.window.open_speeds()


def measure(context: Context) -> None:
    """Measure with the pictures of the run on the screen, or with the samples; nothing while something else goes on."""
    state, speed = context.state, context.state.speed
    if speed.request is not None or why_not_measurable(state):
        return
    store = "" if state.run is None else state.run.store
    context.notices.withdraw("speeds")
    speed.progress, speed.stopping, speed.said = None, False, ""
    speed.request = context.engine.ask(
        MeasureSpeeds(state.network.choice, state.settings.device, store),
        done=lambda known: _on_measured(context, known),
        told=lambda progress: _on_progress(context, progress),
        failed=lambda failed: _on_failed(context, failed),
    )


def stop(context: Context) -> None:
    """Give the measurement up."""
    speed = context.state.speed
    if speed.request is not None and not speed.stopping:
        speed.stopping = True
        speed.request.cancel()


def _on_progress(context: Context, progress: SpeedProgress) -> None:
    context.state.speed.progress = progress


def _on_measured(context: Context, known: SpeedsKnown) -> None:
    _end(context, "")
    context.state.speed.known = known


def _on_failed(context: Context, failed: Failed) -> None:
    """It was given up, or something went wrong."""
    _end(context, failed.sentence if failed.why is Why.CANCELLED else "")
    if failed.why is not Why.CANCELLED:
        context.notices.error(failed.sentence, topic="speeds")


def _end(context: Context, said: str) -> None:
    speed = context.state.speed
    speed.request, speed.progress, speed.stopping, speed.said = None, None, False, said
