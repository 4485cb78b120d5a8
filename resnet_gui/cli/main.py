"""From arguments to the command that does what they say, and its exit status."""

import argparse
import shlex
from collections.abc import Sequence

from resnet_gui.cli.arguments import parse


def run_command(arguments: Sequence[str]) -> int:
    """Run one command of the command line; its exit status.  Raises KnownError and KeyboardInterrupt."""
    options = parse(list(arguments))
    options.command_line = shlex.join(("resnet-gui", *arguments))
    return _dispatch(options)


def _dispatch(options: argparse.Namespace) -> int:
    """Each command's module is imported only when its command is given: the start stays light."""
    if options.self_test:
        from resnet_gui.cli.self_test import self_test

        return self_test()
    match options.command:
        case "classify":
            from resnet_gui.cli.classify import classify

            return classify(options)
        case "network":
            from resnet_gui.cli.network import show_network

            return show_network(options.network, as_json=options.json)
        case "weights":
            from resnet_gui.cli.weights import manage_weights

            return manage_weights(options)
        case "runs":
            from resnet_gui.cli.runs import manage_runs

            return manage_runs(options)
        case "doctor":
            if options.bench:
                from resnet_gui.cli.bench import bench

                return bench(options)
            from resnet_gui.cli.doctor import doctor

            return doctor()
        case _:
            raise AssertionError(f"no command {options.command!r}")
