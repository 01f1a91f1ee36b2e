import { getOption, hasOption, type DescFile } from "@bufbuild/protobuf";
import { CHANNELS, COMMANDS, SETTINGS } from "@precisionpulse/contract";
import * as command from "@precisionpulse/contract/command_pb";
import * as config from "@precisionpulse/contract/config_pb";
import * as enrolment from "@precisionpulse/contract/enrolment_pb";
import * as live from "@precisionpulse/contract/live_pb";
import * as options from "@precisionpulse/contract/options_pb";
import * as session from "@precisionpulse/contract/session_pb";
import * as sync from "@precisionpulse/contract/sync_pb";
import * as telemetry from "@precisionpulse/contract/telemetry_pb";
import { expect, test } from "vitest";

const files: readonly DescFile[] = [
  command.file_precisionpulse_v1_command,
  config.file_precisionpulse_v1_config,
  enrolment.file_precisionpulse_v1_enrolment,
  live.file_precisionpulse_v1_live,
  session.file_precisionpulse_v1_session,
  sync.file_precisionpulse_v1_sync,
  telemetry.file_precisionpulse_v1_telemetry,
];
const messages = files.flatMap((file) => file.messages);

test("the registry is what the descriptors declare", () => {
  const declared = messages.flatMap((message) =>
    getOption(message, options.channels).map(({ $typeName: _, $unknown: __, ...channel }) => ({
      ...channel,
      message: message.typeName,
      schema: message,
    })),
  );
  declared.sort((one, other) => one.type - other.type);
  expect([...CHANNELS.values()]).toEqual(declared);
});

test("commands and settings are what the descriptors declare", () => {
  const commands = messages.filter((message) => hasOption(message, options.command)).map(({ typeName }) => typeName);
  const settings = messages
    .flatMap((message) => message.fields)
    .filter((field) => hasOption(field, options.setting))
    .map(({ name }) => name);
  expect([...COMMANDS.keys()]).toEqual(commands);
  expect([...SETTINGS.keys()]).toEqual(settings);
});
