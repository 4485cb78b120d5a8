"""Everything the engine says goes through here, to the flow it concerns."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.gpu_part import flow as gpu_part
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.picture import flow as picture
from resnet_gui.gui.recipe import flow as recipe
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.speed import flow as speed
from resnet_gui.gui.weights import flow as weights
from resnet_gui.runs.gpu_messages import GpuPartKnown
from resnet_gui.runs.protocol import (
    EngineLost,
    EngineReady,
    Event,
    ExportDone,
    Failed,
    NetworkLoaded,
    PictureReady,
    RunEnded,
    RunProgress,
    RunStarted,
    ThumbnailsReady,
    WeightsDone,
    WeightsProgress,
)
from resnet_gui.runs.speed_messages import SpeedProgress, SpeedsKnown, SpeedsStopped

ThumbnailSink = Callable[[ThumbnailsReady | Failed], bool]
"""Takes small pictures, or the news that there will be none; False when they were not its own."""


def handle_events(context: Context, events: Iterable[Event], thumbnails: ThumbnailSink) -> None:
    """Let each event take effect, in order."""
    for event in newest_progress(events):
        _handle(context, event, thumbnails)


def newest_progress(events: Iterable[Event]) -> list[Event]:
    """Of several reports of one run in a row, the last is enough, if it also says what the others said of changes."""
    kept: list[Event] = []
    for event in events:
        last = kept[-1] if kept else None
        if isinstance(event, RunProgress) and isinstance(last, RunProgress) and last.run == event.run:
            kept[-1] = replace(event, changed=event.changed or last.changed)
        else:
            kept.append(event)
    return kept


def _handle(context: Context, event: Event, thumbnails: ThumbnailSink) -> None:
    match event:
        case EngineReady(device):
            if not context.state.device:
                context.state.device = device
            gpu_part.look(context)
        case NetworkLoaded():
            network.on_loaded(context, event)
            recipe.on_loaded(context, event)
        case RunStarted():
            folder.on_started(context, event)
        case RunProgress():
            folder.on_progress(context, event)
        case RunEnded():
            folder.on_ended(context, event)
        case PictureReady():
            picture.on_ready(context, event)
        case ThumbnailsReady():
            thumbnails(event)
        case ExportDone():
            export.on_done(context, event)
        case WeightsProgress():
            weights.on_progress(context, event)
        case WeightsDone():
            weights.on_done(context, event)
        case SpeedProgress():
            speed.on_progress(context, event)
        case SpeedsKnown():
            speed.on_known(context, event)
        case SpeedsStopped():
            speed.on_stopped(context, event)
        case GpuPartKnown():
            gpu_part.on_known(context, event)
        case EngineLost(sentence, again):
            context.notices.trouble(sentence, topic="engine")
            if not again:
                folder.on_given_up(context, sentence)
        case Failed():
            _handle_failure(context, event, thumbnails)


def _handle_failure(context: Context, failed: Failed, thumbnails: ThumbnailSink) -> None:
    """A failure that concerns nothing on the screen any more is dropped."""
    concerned = (
        recipe.on_failed,
        network.on_failed,
        picture.on_failed,
        export.on_failed,
        weights.on_failed,
        speed.on_failed,
        gpu_part.on_failed,
    )
    if not any(flow(context, failed) for flow in concerned):
        thumbnails(failed)
