"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";

import { Skeleton } from "@/components/ui/skeleton";
import { classes } from "@/lib/classes";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Of the head and of every cell: a width, `max-sm:hidden`. */
  readonly className?: string;
  /** The title is for screen readers alone, as above buttons. */
  readonly isTitleHidden?: boolean;
}

interface DataTableProps<Row> {
  /** The table's name. */
  readonly label: string;
  /** The first is each row's heading. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** How many rows there are, those too that are not loaded. */
  readonly total?: number;
  /** Shown in place of rows when there are none. */
  readonly empty: ReactNode;
  readonly isLoading?: boolean;
  readonly error?: Error | null;
  /** The end of what is loaded comes into view. */
  readonly onEnd?: () => void;
  /** Of the part that scrolls: how high it may be. */
  readonly className?: string;
}

const ROW_PX = 44;
const SPARE_ROWS = 12;

/** A table of any length: only the rows in view are drawn. Rows may be of different heights. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, total = rows.length, empty, isLoading = false, error = null, onEnd, className } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the compiler, which could not memoise this, is not used here
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rowKey(rows[index]!),
    overscan: SPARE_ROWS,
    initialRect: { width: 0, height: 800 },
  });
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  const isAtEnd = rows.length > 0 && lastShown >= rows.length - SPARE_ROWS;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length, onEnd]);

  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={label}
      tabIndex={0}
      className={classes("panel max-h-[max(20rem,calc(100dvh-14rem))] overflow-auto overscroll-contain", className)}
    >
      <table className="w-full border-separate border-spacing-0 text-sm" aria-rowcount={total + 1}>
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classes(
                  "sticky top-0 z-10 h-9 border-b bg-panel px-3 text-left text-xs font-medium whitespace-nowrap text-ink-3 first:pl-4 last:pr-4",
                  column.className,
                )}
              >
                {column.isTitleHidden ? <span className="sr-only">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Gap height={above} columns={columns.length} />}
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <tr key={item.key} ref={virtualizer.measureElement} data-index={item.index} aria-rowindex={item.index + 2} className="group/row hover:bg-raised/60">
                {columns.map((column, place) => {
                  const style = classes("h-11 border-b px-3 text-left font-normal first:pl-4 last:pr-4 group-last/row:border-b-0", column.className);
                  return place === 0 ? (
                    <th key={column.key} scope="row" className={style}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.key} className={style}>
                      {column.cell(row)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {below > 0 && <Gap height={below} columns={columns.length} />}
        </tbody>
      </table>
      {isLoading && <Skeleton className="m-4 h-7" />}
      {error && (
        <p role="alert" className="border-t px-4 py-3 text-sm text-down">
          {error.message}
        </p>
      )}
      {rows.length === 0 && !isLoading && !error && <div className="px-4 py-8 text-center text-sm text-ink-3">{empty}</div>}
    </div>
  );
}

function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height }} className="p-0" />
    </tr>
  );
}
