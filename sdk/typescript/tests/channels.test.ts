import { BY_TYPE, CHANNELS, COMMITTED, LIVE, MAJOR, SCHEMA_FINGERPRINT } from "@precisionpulse/contract";
import { expect, test } from "vitest";
import { belongs, checkName, parseTopic, topicFilter, topicOf } from "../src/channels.js";
import { ConfigurationError, TopicError } from "../src/errors.js";

test("every channel's topic comes apart into what it was made of", () => {
  for (const channel of CHANNELS.values()) {
    const place = parseTopic(topicOf(channel, "main", "mill-7"));
    expect(place.site).toBe("main");
    expect(belongs(channel, place)).toBe(true);
  }
});

test("names and numbers lead to the same channels", () => {
  expect([...BY_TYPE.values()]).toEqual([...CHANNELS.values()]);
  expect(BY_TYPE.get(10)).toBe(LIVE);
});

test("a filter covers all clients of a site", () => {
  expect(topicFilter(LIVE, "main")).toBe(`pp/${MAJOR}/main/c/+/up/live`);
  expect(topicFilter(COMMITTED, "main")).toBe(`pp/${MAJOR}/main/hub/committed`);
});

test.each(["", "pp/2/main/c/a/up/live", "pp/1/main/x/a/up/live", "pp/1/main/c/a/sideways/live", "pp/1/main/c/a/up"])(
  "%j is not a topic of this major",
  (topic) => {
    expect(() => parseTopic(topic)).toThrow(TopicError);
  },
);

test.each(["", "hub", "-a", "A", "a/b", "a+", "ü", "a".repeat(64)])("%j can't name a client", (name) => {
  expect(() => checkName(name, "client")).toThrow(ConfigurationError);
});

test("the contract carries its fingerprint", () => {
  expect(SCHEMA_FINGERPRINT).toHaveLength(32);
});
