import { Field, Input } from "@/components/ui/field";
import { isPlain } from "@/features/commands/arguments";
import type { CommandField } from "@/lib/api/commands";
import { formatCount } from "@/lib/format";

const BOX = "w-full rounded-md border border-line-strong bg-ground px-3 text-sm text-ink aria-invalid:border-down";

interface ArgumentFieldProps {
  readonly field: CommandField;
  readonly text: string;
  readonly fault: string | undefined;
  /** What may be meant, for a field that names a metric. */
  readonly metrics: readonly string[];
  readonly onChange: (text: string) => void;
}

/** One field of a command's body, in the form that its type asks for. */
export function ArgumentField({ field, text, fault, metrics, onChange }: ArgumentFieldProps) {
  const id = `argument-${field.name}`;
  const shared = { id, "aria-invalid": fault !== undefined, "aria-describedby": `${id}-text` };
  if (field.type === "boolean" && isPlain(field)) {
    return (
      <label htmlFor={id} className="flex items-center gap-2 text-sm text-ink-2">
        <input id={id} type="checkbox" className="size-4 accent-accent" checked={text === "true"} onChange={(event) => onChange(event.target.checked ? "true" : "")} />
        {field.label}
      </label>
    );
  }
  return (
    <Field id={id} label={field.unit ? `${field.label}, ${field.unit}` : field.label} error={fault} hint={hintOf(field)}>
      {!isPlain(field) ? (
        <textarea {...shared} rows={4} spellCheck={false} className={`${BOX} numeric py-2`} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : field.type === "choice" ? (
        <select {...shared} className={`${BOX} h-10`} value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">not stated</option>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <>
          <Input
            {...shared}
            autoComplete="off"
            spellCheck={false}
            inputMode={field.type === "integer" ? "numeric" : field.type === "number" ? "decimal" : "text"}
            list={field.name === "metric" ? `${id}-list` : undefined}
            className="numeric"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
          {field.name === "metric" && (
            <datalist id={`${id}-list`}>
              {metrics.map((metric) => (
                <option key={metric} value={metric} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

function hintOf(field: CommandField): string {
  const { minimum, maximum } = field;
  const wanted = isPlain(field) ? "" : field.repeated ? "A list, as JSON. " : "As JSON. ";
  const isBounded = minimum !== null && maximum !== null && maximum < 1n << 31n;
  return wanted + (isBounded ? `${formatCount(minimum)} to ${formatCount(maximum)}` : field.optional ? "May be empty" : "");
}
