"""Publishes for the naive peers until it is ended. Order: `address`, `clients` (name, ca, certificate, key),
`window`. Answers once all are connected, and each second: `sent`, `payload_bytes`."""

import time

import order
from naive_messages import Publisher


def main() -> None:
    wanted = order.take()
    publishers = [Publisher(wanted["address"], one["name"], one, wanted["window"]) for one in wanted["clients"]]
    for publisher in publishers:
        publisher.start()
    while True:
        order.answer(sent=sum(publisher.sent for publisher in publishers), payload_bytes=publishers[0].size)
        time.sleep(1)


if __name__ == "__main__":
    main()
