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
  /** The title is for screen readers alone, as above buttons; when stacked, the cell stands beside the others. */
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
  /** On a narrow screen a row's cells stand below each other, each with its title. */
  readonly isStacked?: boolean;
  /** Of the part that scrolls: how high it may be. */
  readonly className?: string;
}

const CELL = "h-11 border-b px-3 text-left font-normal first:pl-4 last:pr-4 group-last/row:border-b-0";
const STACKED_ROW = "max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:items-start max-sm:gap-x-3 max-sm:gap-y-1 max-sm:border-b max-sm:px-4 max-sm:py-3 max-sm:last:border-b-0";
const STACKED_CELL = "text-left font-normal sm:h-11 sm:border-b sm:px-3 sm:first:pl-4 sm:last:pr-4 sm:group-last/row:border-b-0 max-sm:col-start-1 max-sm:w-auto";
const STACKED_TITLE = "max-sm:col-span-2 max-sm:flex max-sm:items-baseline max-sm:before:w-20 max-sm:before:shrink-0 max-sm:before:text-xs max-sm:before:text-ink-3 max-sm:before:content-[attr(data-title)]";
const STACKED_ASIDE = "max-sm:col-start-2 max-sm:row-start-1";

const ROW_PX = 44;
const SPARE_ROWS = 12;

/** A table of any length: only the rows in view are drawn. Rows may be of different heights. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, total = rows.length, empty, isLoading = false, error = null, onEnd, isStacked = false, className } = props;
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

  const block = isStacked ? "max-sm:block" : undefined;
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
      <table className={classes("w-full border-separate border-spacing-0 text-sm", block)} aria-rowcount={total + 1}>
        <caption className="sr-only">{label}</caption>
        <thead className={isStacked ? "max-sm:sr-only" : undefined}>
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
        <tbody className={block}>
          {above > 0 && <Gap height={above} columns={columns.length} className={block} />}
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <tr
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                aria-rowindex={item.index + 2}
                className={classes("group/row hover:bg-raised/60", isStacked && STACKED_ROW)}
              >
                {columns.map((column, place) => {
                  const stacked = place === 0 ? STACKED_CELL : classes(STACKED_CELL, column.isTitleHidden ? STACKED_ASIDE : STACKED_TITLE);
                  const style = classes(isStacked ? stacked : CELL, column.className);
                  return place === 0 ? (
                    <th key={column.key} scope="row" className={style}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.key} data-title={column.title} className={style}>
                      {column.cell(row)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {below > 0 && <Gap height={below} columns={columns.length} className={block} />}
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

function Gap({ height, columns, className }: { readonly height: number; readonly columns: number; readonly className: string | undefined }) {
  return (
    <tr aria-hidden className={className}>
      <td colSpan={columns} style={{ height }} className={classes("p-0", className)} />
    </tr>
  );
}
