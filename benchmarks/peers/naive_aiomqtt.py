"""The same with asyncio: aiomqtt and psycopg's asyncio form, one row for each message, committed.

Order and answers as `naive_paho`."""

import asyncio
import uuid

import aiomqtt
import order
import psycopg
from naive_messages import FILTER, INSERT, TABLE, row_of, tls


async def main() -> None:
    wanted = order.take()
    database = await psycopg.AsyncConnection.connect(wanted["database_url"], autocommit=True)
    await database.execute(TABLE)
    host, port = wanted["address"]
    client = aiomqtt.Client(
        host,
        port,
        identifier=f"naive-{uuid.uuid4().hex[:8]}",
        tls_context=tls(wanted["files"]),
        protocol=aiomqtt.ProtocolVersion.V5,
    )
    async with client:
        await client.subscribe(FILTER, qos=1)
        order.answer(ready=True)
        async for message in client.messages:
            await database.execute(INSERT, row_of(bytes(message.payload)))


if __name__ == "__main__":
    asyncio.run(main())
