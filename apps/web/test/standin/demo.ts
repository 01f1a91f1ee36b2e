/** A few clients whose values move, for looking at the dashboard without a stack. */
import type { JsonValue, MetricSpec, StandinClient, StandinHub } from "./hub.ts";

const METRICS: readonly MetricSpec[] = [
  { name: "cpu.utilisation", type: "double", unit: "%" },
  { name: "memory.used", type: "int64", unit: "By" },
  { name: "memory.utilisation", type: "decimal", unit: "%", scale: 3 },
  { name: "network.received", type: "double", unit: "By/s" },
  { name: "disk.free", type: "int64", unit: "By" },
  { name: "load.1m", type: "decimal", unit: "1", scale: 2 },
  { name: "temperature", type: "double", unit: "Cel" },
  { name: "on_battery", type: "bool" },
];
const BACKLOG_S = 900;

export function startDemo(hub: StandinHub): void {
  const clients = ["plant-a", "plant-b", "lab-bench"].map((id) => hub.add(id, METRICS));
  for (const [index, client] of clients.entries()) {
    const walk = walker(index + 1);
    for (let second = BACKLOG_S; second > 0; second -= 1) {
      if (second < 400 && second > 340) continue;
      client.publish(walk(), { ageMs: second * 1000, silent: true, late: second < 520 && second >= 400 });
    }
    setInterval(() => client.connected && step(client, walk), 1000 + index * 130);
    setInterval(() => client.connected && client.beat(), 5000);
  }
  hub.setConnected("lab-bench", false, "lost");
}

function step(client: StandinClient, walk: () => Record<string, JsonValue>): void {
  const { on_battery, ...values } = walk();
  client.publish(client.recordSeq % 5n === 0n ? { ...values, on_battery: on_battery! } : values);
}

function walker(seed: number): () => Record<string, JsonValue> {
  let tick = seed * 100;
  let memory = 8_432_197_632n * BigInt(seed);
  const wave = (period: number) => Math.sin(tick / period) * 0.7 + Math.sin(tick / (period * 0.23)) * 0.3 + (Math.random() - 0.5) * 0.2;
  return () => {
    tick += 1;
    memory += BigInt(Math.round(wave(9) * 4_000_000));
    return {
      "cpu.utilisation": Math.round((38 + 26 * wave(24)) * 10) / 10,
      "memory.used": memory.toString(),
      "memory.utilisation": (52 + 6 * wave(60)).toFixed(3),
      "network.received": Math.round((184_300 + 120_000 * wave(14)) * 10) / 10,
      "disk.free": (412_316_860_416n - BigInt(tick) * 4096n).toString(),
      "load.1m": (1.4 + 0.9 * wave(40)).toFixed(2),
      temperature: Math.round((46 + 4 * wave(50)) * 10) / 10,
      on_battery: tick % 90 > 70,
    };
  };
}
