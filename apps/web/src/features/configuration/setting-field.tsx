import { Field, Input } from "@/components/ui/field";
import { choiceText } from "@/features/configuration/setting-text";
import type { ConfigKey } from "@/lib/api/configuration";
import { groupDigits, unitLabel } from "@/lib/format";

const BOX = "w-full rounded-md border border-line-strong bg-ground px-3 text-sm text-ink aria-invalid:border-down";

interface SettingFieldProps {
  readonly setting: ConfigKey;
  readonly text: string;
  readonly fault: string;
  readonly onChange: (text: string) => void;
}

/** A key's value in the form that its type asks for. */
export function SettingField({ setting, text, fault, onChange }: SettingFieldProps) {
  const unit = unitLabel(setting.unit);
  const shared = { id: "setting", "aria-invalid": fault !== "", "aria-describedby": "setting-text", value: text };
  return (
    <Field id="setting" label={unit ? `Value, ${unit}` : "Value"} error={fault || undefined} hint={hintOf(setting)}>
      {setting.type === "words" ? (
        <textarea {...shared} rows={4} spellCheck={false} className={`${BOX} numeric py-2`} onChange={(event) => onChange(event.target.value)} />
      ) : setting.type === "enum" || setting.type === "boolean" ? (
        <select {...shared} className={`${BOX} h-10`} onChange={(event) => onChange(event.target.value)}>
          {(setting.type === "boolean" ? ["true", "false"] : withPresent(setting.choices, text)).map((choice) => (
            <option key={choice} value={choice}>
              {choiceText(setting.choices, choice)}
            </option>
          ))}
        </select>
      ) : (
        <Input
          {...shared}
          type={setting.type === "secret" ? "password" : "text"}
          autoComplete={setting.type === "secret" ? "new-password" : "off"}
          spellCheck={false}
          inputMode={setting.type === "integer" ? "numeric" : setting.type === "float" || setting.type === "decimal" ? "decimal" : "text"}
          className="numeric"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

const withPresent = (choices: readonly string[], text: string): readonly string[] => (choices.includes(text) ? choices : [text, ...choices]);

function hintOf({ type, minimum, maximum }: ConfigKey): string {
  if (type === "words") return "One on each line";
  if (type === "secret") return "It can be set and never be read again";
  const [least, most] = [minimum, maximum].map((bound) => (bound === null ? null : groupDigits(bound.toString())));
  if (least && most) return `${least} to ${most}`;
  return least ? `At least ${least}` : most ? `At most ${most}` : "";
}
