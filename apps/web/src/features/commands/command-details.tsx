import { Download } from "lucide-react";

import { Button } from "@/components/ui/button";
import { STATE_WORDS } from "@/features/commands/command-life";
import type { Command, CommandContent } from "@/lib/api/commands";
import { downloadText } from "@/lib/download";
import { preciseTime } from "@/lib/time";

/** The steps of a command's life with their times, and what the client answered. */
export function CommandDetails({ id, command }: { readonly id: string; readonly command: Command }) {
  const { result } = command;
  const download = () => downloadText(`${command.client}-${command.id}.json`, JSON.stringify(result, null, 2), "application/json");
  return (
    <div id={id} className="grid gap-4 border-t bg-ground/60 px-4 py-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <ol aria-label="Steps" className="grid content-start gap-1 text-xs">
        {command.steps.map((step) => (
          <li key={`${step.state} ${step.at_us}`} className="flex flex-wrap gap-x-3">
            <span className="w-24 shrink-0 text-ink-2">{STATE_WORDS[step.state]}</span>
            <time className="numeric text-ink-3">{preciseTime(step.at_us)}</time>
            {step.text && <span className="basis-full pl-3 text-ink-3">{step.text}</span>}
          </li>
        ))}
      </ol>
      {result ? (
        <div className="min-w-0">
          <div className="flex items-center gap-3 pb-2">
            <h3 className="eyebrow mr-auto">Answer</h3>
            <Button size="small" onClick={download}>
              <Download aria-hidden /> JSON
            </Button>
          </div>
          <div tabIndex={0} role="region" aria-label="Answer" data-testid="command-result" className="max-h-96 overflow-auto rounded-md border bg-panel p-3">
            <Answer content={withoutType(result)} />
          </div>
        </div>
      ) : (
        <p className="text-xs text-ink-3">The client has answered nothing beside this.</p>
      )}
    </div>
  );
}

const withoutType = (result: CommandContent): CommandContent => Object.fromEntries(Object.entries(result).filter(([name]) => name !== "@type"));

/** Any JSON, readable: names beside values, lists line by line. */
function Answer({ content }: { readonly content: CommandContent[string] }) {
  if (Array.isArray(content)) {
    return (
      <ol className="grid gap-0.5">
        {content.map((item, place) => (
          <li key={place} className="numeric text-xs wrap-anywhere">
            <Answer content={item} />
          </li>
        ))}
      </ol>
    );
  }
  if (content === null || typeof content !== "object") return <span className="numeric text-xs wrap-anywhere">{String(content)}</span>;
  const isDeep = Object.values(content).some((value) => typeof value === "object");
  return (
    <dl className={isDeep ? "grid gap-3" : "grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] items-baseline gap-x-4 gap-y-0.5"}>
      {Object.entries(content).map(([name, value]) => (
        <div key={name} className={isDeep ? "grid gap-1" : "contents"}>
          <dt className="text-xs text-ink-3">{name}</dt>
          <dd className="min-w-0">
            <Answer content={value ?? null} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
