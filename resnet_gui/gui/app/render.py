"""From where the window stands to everything that is on the screen: the one place where views are made.

Called once after each batch of the engine's events and each act of a person (`app.program`); what has not changed since
is left alone (`Window.show_views`).  No Qt in here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resnet_gui.gui.app.action_table import ActionState, action_states
from resnet_gui.gui.app.card_views import about_card, device_card, keys_card
from resnet_gui.gui.app.status import StatusView, status_view
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import Page, State
from resnet_gui.gui.drop.view import EmptyView, empty_view
from resnet_gui.gui.gpu_part.flow import GpuPartView, gpu_part_view, this_installation
from resnet_gui.gui.network.reading import reading_view
from resnet_gui.gui.network.view import BarView, bar_view
from resnet_gui.gui.network_map.flow import described
from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.gui.network_map.view import PlanView
from resnet_gui.gui.picture.view import AnswerPanelView, PictureView, answer_panel_view, picture_view
from resnet_gui.gui.recipe.flow import command_view
from resnet_gui.gui.run.view import ListView, RunView, list_view, run_view
from resnet_gui.gui.speed.view import calibration_words
from resnet_gui.gui.weights.view import WeightsView, weights_view


@dataclass(frozen=True, slots=True)
class WindowView:
    """The window around the panels.

    page: what fills it.
    network_shown: the network in place of the page.
    list_shown, answer_shown: the sides beside the picture.
    drop: what a drop of what hovers would do, empty while nothing hovers.
    drop_allowed: whether it would do anything.
    """

    page: Page
    network_shown: bool
    list_shown: bool
    answer_shown: bool
    drop: str
    drop_allowed: bool


@dataclass(frozen=True, slots=True)
class DialogView:
    """A dialog that is open.

    view: what it shows.
    asked: how often it was asked for; another number brings it to the front.
    """

    view: object
    asked: int


@dataclass(frozen=True, slots=True)
class Views:
    """Everything that is on the screen, in the order in which it is put there.

    scheme: "system", "light" or "dark".
    notice: what the banner says.
    run: the summary of a run; None leaves the one before.
    plan: the network that the network pane draws, None while there is none, or it is not seen.
    dialogs: the view of each dialog that is open, by its name.
    """

    scheme: str
    window: WindowView
    actions: tuple[ActionState, ...]
    bar: BarView
    notice: Notice | None
    empty: EmptyView
    list: ListView
    run: RunView | None
    picture: PictureView
    answer: AnswerPanelView
    plan: PlanView | None
    status: StatusView
    dialogs: Mapping[str, DialogView]


def views(context: Context) -> Views:
    """All of it, as things stand."""
    state, run = context.state, context.state.run
    picture = picture_view(state)
    network = described(state) if state.settings.network_shown else None
    return Views(
        scheme=state.settings.scheme,
        window=window_view(state),
        actions=action_states(state),
        bar=bar_view(state),
        notice=context.notices.current,
        empty=empty_view(state),
        list=list_view(state),
        run=None if run is None else run_view(run, calibration_words(state, run)),
        picture=picture,
        answer=answer_panel_view(state, picture),
        plan=None if network is None else plan_view(network),
        status=status_view(state),
        dialogs={name: DialogView(DIALOG_VIEWS[name](context), asked) for name, asked in state.dialogs.items()},
    )


def window_view(state: State) -> WindowView:
    """The window around the panels, as things stand."""
    settings, hover = state.settings, state.hover
    return WindowView(
        page=state.page,
        network_shown=settings.network_shown,
        list_shown=settings.list_shown,
        answer_shown=settings.answer_shown,
        drop=hover.sentence,
        drop_allowed=hover.allowed,
    )


def _weights(context: Context) -> WeightsView:
    return weights_view(context.state, str(context.folders.weights))


def _gpu_part(context: Context) -> GpuPartView:
    return gpu_part_view(context.state.gpu, this_installation())


DIALOG_VIEWS: dict[str, Callable[[Context], object]] = {
    "about": lambda context: about_card(context.state),
    "keys": lambda context: keys_card(context.state),
    "device": lambda context: device_card(context.state),
    "preferences": lambda context: context.state.settings,
    "reading": lambda context: reading_view(context.state.network),
    "command": command_view,
    "gpu": _gpu_part,
    "weights": _weights,
}
"""What each dialog shows; the dialogs themselves are `dialogs.ROWS`."""
