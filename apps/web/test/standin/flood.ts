/** Many clients that send all their metrics at once, again and again. */
import type { MetricSpec, StandinHub } from "./hub.ts";

export interface Flood {
  readonly clients: number;
  readonly metrics: number;
  readonly every_ms: number;
  /** Round n sends the value n. */
  readonly rounds: number;
}

/** Makes the clients that are not there yet, and lets them send; returns at once. */
export function startFlood(hub: StandinHub, { clients, metrics, every_ms, rounds }: Flood): void {
  const specs: MetricSpec[] = Array.from({ length: metrics }, (_, index) => ({ name: `m${index}`, type: "int64" }));
  const ids = Array.from({ length: clients }, (_, index) => `client-${index}`);
  const senders = ids.map((id) => hub.clients.get(id) ?? hub.add(id, specs));
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    if (round > rounds) return clearInterval(timer);
    const values = Object.fromEntries(specs.map(({ name }) => [name, round.toString()]));
    for (const sender of senders) sender.publish(values);
  }, every_ms);
}
