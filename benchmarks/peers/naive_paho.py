"""What a good engineer writes in an afternoon: a paho subscriber that inserts one row for each message, and commits it.

Order: `address`, `files` (ca, certificate, key), `database_url`. Answers `ready` once subscribed, then works until it
is ended."""

import threading
import uuid

import order
import paho.mqtt.client as mqtt
import psycopg
from naive_messages import FILTER, INSERT, TABLE, row_of, tls
from paho.mqtt.enums import CallbackAPIVersion


def main() -> None:
    wanted = order.take()
    database = psycopg.connect(wanted["database_url"], autocommit=True)
    database.execute(TABLE)
    subscribed = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, f"naive-{uuid.uuid4().hex[:8]}", protocol=mqtt.MQTTv5)
    client.tls_set_context(tls(wanted["files"]))
    client.on_connect = lambda *_: client.subscribe(FILTER, qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda _client, _data, message: database.execute(INSERT, row_of(message.payload))
    client.connect(*wanted["address"])
    threading.Thread(target=lambda: (subscribed.wait(), order.answer(ready=True)), daemon=True).start()
    client.loop_forever()


if __name__ == "__main__":
    main()
