"""What flows do to the window itself, and only Qt remembers: zoom, full screen, the size of the cards."""

from resnet_gui.gui.app.window import Window


class Controls:
    """`context.WindowControls` for the real window.

    window: the window.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self.fit = window.picture.view.fit
        self.toggle_zoom = window.picture.view.toggle_full_size
        self.resize_tiles = window.list.resize_tiles
        self.open_speeds = window.bar.open_speeds
        self.close = window.close

    def toggle_full_screen(self) -> None:
        """The whole screen, or the window as it was."""
        if not self.leave_full_screen():
            self._window.showFullScreen()

    def leave_full_screen(self) -> bool:
        """Whether there was one to leave."""
        if not self._window.isFullScreen():
            return False
        self._window.showNormal()
        return True
