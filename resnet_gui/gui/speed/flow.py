"""The speeds on this machine: looked at, measured, given up; told by the engine whenever a network is loaded."""

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.speed.view import why_not_measurable
from resnet_gui.runs.protocol import Failed
from resnet_gui.runs.speed_messages import MeasureSpeeds, SpeedProgress, SpeedsKnown, SpeedsStopped, StopSpeeds


def open_picker(context: Context) -> None:
    """Show what the three words come to here."""
    context.window.open_speeds()


def measure(context: Context) -> None:
    """Measure with the pictures of the run on the screen, or with the samples; nothing while something else goes on."""
    state, speed = context.state, context.state.speed
    if speed.token is not None or why_not_measurable(state):
        return
    store = "" if state.run is None else state.run.store
    speed.token, speed.progress, speed.stopping, speed.said = next(context.tokens), None, False, ""
    context.notices.withdraw("speeds")
    context.engine.send(MeasureSpeeds(speed.token, state.network.choice, state.settings.device, store))


def stop(context: Context) -> None:
    """Give the measurement up."""
    speed = context.state.speed
    if speed.token is not None and not speed.stopping:
        speed.stopping = True
        context.engine.send(StopSpeeds(speed.token))


# ---------------------------------------------------------------- what the engine says


def on_progress(context: Context, progress: SpeedProgress) -> None:
    """How far it is."""
    if context.state.speed.token == progress.token:
        context.state.speed.progress = progress


def on_known(context: Context, known: SpeedsKnown) -> None:
    """Measured just now, or on an earlier day."""
    speed = context.state.speed
    if speed.token == known.token:
        _end(context, "")
    elif known.token:
        return  # of a measurement that nobody waits for any more
    speed.known = known


def on_stopped(context: Context, stopped: SpeedsStopped) -> None:
    """It was given up."""
    if context.state.speed.token == stopped.token:
        _end(context, stopped.sentence)


def on_failed(context: Context, failed: Failed) -> bool:
    """Whether the failure was about a measurement."""
    if context.state.speed.token != failed.token:
        return False
    _end(context, "")
    context.notices.trouble(failed.sentence, topic="speeds")
    return True


def _end(context: Context, said: str) -> None:
    speed = context.state.speed
    speed.token, speed.progress, speed.stopping, speed.said = None, None, False, said
