import { Button } from "@/components/ui/button";
import type { Difference } from "@/lib/use-draft";

interface StaleNoticeProps {
  /** Where what was typed differs from what is there now. */
  readonly differences: readonly Difference[];
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
  readonly isBusy: boolean;
}

/** Somebody else changed the thing while it was being edited: nothing is overwritten before this is answered. */
export function StaleNotice({ differences, onTakeTheirs, onKeepMine, isBusy }: StaleNoticeProps) {
  return (
    <div role="alert" className="grid gap-3 rounded-md border border-warn/50 bg-warn/8 p-4 text-sm">
      <p className="font-medium">Somebody else changed this while you were editing. Nothing was saved.</p>
      {differences.length > 0 ? (
        <table className="w-full text-left text-xs">
          <thead className="text-ink-3">
            <tr>
              <th scope="col" className="py-1 pr-3 font-medium">
                Field
              </th>
              <th scope="col" className="py-1 pr-3 font-medium">
                Now
              </th>
              <th scope="col" className="py-1 font-medium">
                Yours
              </th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ field, mine, theirs }) => (
              <tr key={field} className="border-t">
                <th scope="row" className="py-1.5 pr-3 font-normal text-ink-2">
                  {field}
                </th>
                <td className="py-1.5 pr-3 break-all">{theirs || "—"}</td>
                <td className="py-1.5 break-all">{mine || "—"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="text-ink-2">What you typed is what is there now.</p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={onTakeTheirs}>
          Take what is there now
        </Button>
        <Button size="small" disabled={isBusy} onClick={onKeepMine}>
          Save mine over it
        </Button>
      </div>
    </div>
  );
}
