import { Button } from "@/components/ui/button";
import { shownText } from "@/features/configuration/setting-text";
import type { ConfigKey, ConfigValue, Scalar } from "@/lib/api/configuration";
import { dateTime } from "@/lib/time";

interface SettingConflictProps {
  readonly setting: ConfigKey;
  readonly mine: Scalar;
  readonly theirs: ConfigValue;
  readonly isBusy: boolean;
  readonly onKeepTheirs: () => void;
  readonly onUseMine: () => void;
  readonly onEdit: () => void;
}

/** Two wanted something else: both values side by side, and who set which. */
export function SettingConflict({ setting, mine, theirs, isBusy, onKeepTheirs, onUseMine, onEdit }: SettingConflictProps) {
  const who = [theirs.changed_by, theirs.changed_us > 0n ? dateTime(theirs.changed_us) : ""].filter(Boolean).join(", ");
  return (
    <div className="grid gap-4">
      <dl className="grid gap-px overflow-hidden rounded-md border bg-line sm:grid-cols-2">
        <div className="bg-panel p-3">
          <dt className="eyebrow">Set now</dt>
          <dd data-testid="theirs" className="numeric mt-1 wrap-anywhere">
            {theirs.is_set ? shownText(setting, theirs.value) : "not set any more"}
          </dd>
          {who && <dd className="mt-1 text-xs text-ink-3">{who}</dd>}
        </div>
        <div className="bg-panel p-3">
          <dt className="eyebrow">Yours</dt>
          <dd data-testid="mine" className="numeric mt-1 wrap-anywhere">
            {shownText(setting, mine)}
          </dd>
          <dd className="mt-1 text-xs text-ink-3">not saved</dd>
        </div>
      </dl>
      <div className="flex flex-wrap justify-end gap-2">
        <Button className="mr-auto" look="quiet" onClick={onEdit}>
          Edit mine
        </Button>
        <Button onClick={onKeepTheirs}>Keep what is set</Button>
        <Button look="primary" disabled={isBusy} onClick={onUseMine}>
          Set mine
        </Button>
      </div>
    </div>
  );
}
