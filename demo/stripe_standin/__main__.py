"""``python -m demo.stripe_standin``"""

import argparse
import json
import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType

from demo.stripe_standin.clock import Clock
from demo.stripe_standin.ids import Ids
from demo.stripe_standin.routes.webhook_endpoints import add_endpoint
from demo.stripe_standin.server import StandinServer
from demo.stripe_standin.world import World


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo.stripe_standin", description="A stand-in for Stripe on the loopback.")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port once it listens")
    parser.add_argument("--webhook-url", help="a receiver on the loopback")
    parser.add_argument("--webhook-secret", action="append", default=[], help="whsec_...; more than one while rotating")
    parser.add_argument("--webhook-format", choices=["snapshot", "thin", "both"], default="snapshot")
    parser.add_argument("--webhook-workers", type=int, default=1)
    parser.add_argument("--state", type=Path, help="a JSON file to start from and to save into")
    parser.add_argument("--latency-ms", default="0", help="before each execution: 250, or 200-400")
    parser.add_argument("--limit-per-second", type=float, help="more requests than these get 429")
    parser.add_argument("--seed", type=int, help="makes the same ids again")
    parser.add_argument("--merchant", default="Demo publishing house", help="the name on the checkout page")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the starting process is gone")
    return parser


def build(arguments: argparse.Namespace) -> World:
    """The world that the command line describes, with its saved state if there is one."""
    world = World(clock=Clock(), ids=Ids(arguments.seed), merchant=arguments.merchant, snapshot=arguments.state)
    low, _, high = arguments.latency_ms.partition("-")
    world.latency.low_ms, world.latency.high_ms = float(low), float(high or low)
    world.limit.set(arguments.limit_per_second)
    world.webhooks.mode.workers = arguments.webhook_workers
    if arguments.state and arguments.state.exists():
        world.load(json.loads(arguments.state.read_text(encoding="utf-8")))
    if arguments.webhook_url:
        if not arguments.webhook_secret:
            raise SystemExit("--webhook-url needs --webhook-secret")
        register(world, arguments)
    return world


def register(world: World, arguments: argparse.Namespace) -> None:
    """The receiver of the command line; one that the saved state knows by its URL is brought up to date."""
    form, first = arguments.webhook_format, arguments.webhook_secret[0]
    for endpoint in world.state.of["webhook_endpoint"]:
        if endpoint["url"] == arguments.webhook_url:
            break
    else:
        endpoint = add_endpoint(world, arguments.webhook_url, secret=first, form=form, asked={})
    world.state.behind(endpoint["id"]).update(secrets=arguments.webhook_secret, format=form)


def main() -> None:
    arguments = options().parse_args()
    server = StandinServer(build(arguments), arguments.port)

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if arguments.end_with_parent:
        threading.Thread(target=stop_when_orphaned, args=(server, os.getppid()), daemon=True).start()
    if arguments.port_file:
        announce_port(arguments.port_file, server.port)
    print(f"Stripe stand-in: {server.world.base_url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()


def announce_port(file: Path, port: int) -> None:
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(str(port), encoding="utf-8")
    fresh.replace(file)


def stop_when_orphaned(server: StandinServer, parent: int) -> None:
    """A killed starter must not leave a server behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    server.shutdown()


if __name__ == "__main__":
    main()
