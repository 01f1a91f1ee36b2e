/** The grammar of topics (PP-CH-2); the channels themselves are in `@precisionpulse/contract`. */
import { MAJOR, type Channel } from "@precisionpulse/contract";
import { ConfigurationError, TopicError } from "./errors.js";

export type DirectionWord = "up" | "down" | "hub";

/** What a topic says. `client` is empty on hub channels. */
export interface Place {
  readonly site: string;
  readonly client: string;
  readonly direction: DirectionWord;
  readonly rest: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * `name`, when it can stand in a topic and a certificate; else throws `ConfigurationError`. `what` names the setting.
 */
export function checkName(name: string, what: string): string {
  if (!NAME.test(name) || name === "hub") {
    throw new ConfigurationError(
      `${what} ${JSON.stringify(name)} is not valid: ` +
        "1 to 63 of a-z, 0-9 and '-', not beginning with '-', and not 'hub'",
    );
  }
  return name;
}

/** The topic of `channel` for one client of a site; hub channels take no client. */
export function topicOf(channel: Channel, site: string, client = ""): string {
  return channel.topic.replace("{site}", site).replace("{client}", client);
}

/** The MQTT filter for `channel` over all clients of a site. */
export function topicFilter(channel: Channel, site: string): string {
  return topicOf(channel, site, "+");
}

/** Takes a topic apart; throws `TopicError` when it is not one of this major's. */
export function parseTopic(topic: string): Place {
  const [root, major, site, branch, ...levels] = topic.split("/");
  if (root === "pp" && major === String(MAJOR) && site !== undefined) {
    if (branch === "hub" && levels.length >= 1) {
      return { site, client: "", direction: "hub", rest: levels.join("/") };
    }
    const [client, direction, ...rest] = levels;
    if (branch === "c" && client !== undefined && (direction === "up" || direction === "down") && rest.length >= 1) {
      return { site, client, direction, rest: rest.join("/") };
    }
  }
  throw new TopicError(`${JSON.stringify(topic.slice(0, 200))} is not a topic of PrecisionPulse ${MAJOR}`);
}

/** Whether frames of `channel` travel at `place`. */
export function belongs(channel: Channel, place: Place): boolean {
  return topicOf(channel, place.site, place.client) === topicAt(place);
}

function topicAt({ site, client, direction, rest }: Place): string {
  const branch = direction === "hub" ? "hub" : `c/${client}/${direction}`;
  return `pp/${MAJOR}/${site}/${branch}/${rest}`;
}
