import { Pencil } from "lucide-react";

import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { inForceText, type SettingRow } from "@/features/configuration/setting-rows";
import { classes } from "@/lib/classes";
import { formatCount } from "@/lib/format";
import { dateTime } from "@/lib/time";

interface SettingTableProps {
  readonly rows: readonly SettingRow[];
  readonly client: string;
  readonly scopeName: string;
  readonly isLoading: boolean;
  readonly error: Error | null;
  /** Null when the visitor may not. */
  readonly onEdit: ((row: SettingRow) => void) | null;
}

const SOURCES = { client: "Own value", site: "Site’s value", default: "Default" } as const;

/** Every key with what is in force for the site or for a client. */
export function SettingTable({ rows, client, scopeName, isLoading, error, onEdit }: SettingTableProps) {
  const columns: Column<SettingRow>[] = [
    {
      key: "key",
      title: "Key",
      cell: ({ key }) => (
        <div className="sm:py-2">
          <span className="numeric text-sm wrap-anywhere">{key.key}</span>
          <span className="block max-w-prose text-xs text-ink-3">{key.description}</span>
        </div>
      ),
    },
    {
      key: "value",
      title: "In force",
      className: "sm:w-64",
      cell: (row) => (
        <div className="sm:py-2" data-testid={`setting-${row.key.key}`} data-source={row.source}>
          <span className="numeric block text-sm wrap-anywhere">{inForceText(row)}</span>
          <span className={classes("text-xs", row.source === "default" || (client !== "" && row.source === "site") ? "text-ink-3" : "text-accent")}>
            {SOURCES[row.source]}
          </span>
          {client === "" && row.overrides > 0 && (
            <span className="text-xs text-ink-3">
              {" "}
              · {formatCount(row.overrides)} {row.overrides === 1 ? "client has its" : "clients have their"} own
            </span>
          )}
        </div>
      ),
    },
    {
      key: "set",
      title: "Set",
      className: "w-52 sm:max-md:hidden",
      cell: ({ setBy }) =>
        setBy ? (
          <span className="text-xs text-ink-3">
            {setBy.changed_by || "—"}
            {setBy.changed_us > 0n && <span className="block tabular-nums">{dateTime(setBy.changed_us)}</span>}
          </span>
        ) : (
          <span className="text-xs text-ink-3">never</span>
        ),
    },
    {
      key: "actions",
      title: "Actions",
      isTitleHidden: true,
      className: "w-14 text-right",
      cell: (row) =>
        onEdit && (
          <Button size="icon" look="quiet" aria-label={`Edit ${row.key.key} for ${scopeName}`} onClick={() => onEdit(row)}>
            <Pencil aria-hidden />
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={`Configuration of ${scopeName}`}
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key.key}
      empty="There are no keys."
      isLoading={isLoading}
      error={error}
      isStacked
      className="max-h-none"
    />
  );
}
