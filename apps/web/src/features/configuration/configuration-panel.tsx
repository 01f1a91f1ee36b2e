"use client";

import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { ClientStates } from "@/features/configuration/client-states";
import { SettingDialog } from "@/features/configuration/setting-dialog";
import { settingRows, type SettingRow } from "@/features/configuration/setting-rows";
import { SettingTable } from "@/features/configuration/setting-table";
import { useConfiguration } from "@/features/configuration/use-configuration";
import { may } from "@/lib/permissions";
import { useSession } from "@/lib/session";

/** The configuration's editor: for the site or for one client, and below it how far the clients have come. */
export function ConfigurationPanel({ initialClient }: { readonly initialClient: string }) {
  const { rights } = useSession();
  const { data, error, isPending } = useConfiguration();
  const [scope, setScope] = useState(initialClient);
  const [edited, setEdited] = useState<SettingRow | null>(null);
  const clients = data?.clients ?? [];
  const client = clients.some((each) => each.client === scope) ? scope : "";
  const scopeName = clients.find((each) => each.client === client)?.display_name ?? "the whole site";
  const mayUpdate = client === "" ? rights.some((right) => right.client === "" && may([right], "config:update")) : may(rights, "config:update", client);
  return (
    <PageFrame
      title="Configuration"
      text="Values take effect at the clients within moments, without a restart; those that are offline get them when they connect."
      actions={
        <div className="flex items-center gap-2 text-sm text-ink-2">
          <label htmlFor="scope">For</label>
          <select id="scope" className="h-9 max-w-60 rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink" value={client} onChange={(event) => setScope(event.target.value)}>
            <option value="">the whole site</option>
            {clients.map((each) => (
              <option key={each.client} value={each.client}>
                {each.display_name}
              </option>
            ))}
          </select>
        </div>
      }
    >
      <SettingTable
        rows={data ? settingRows(data, client) : []}
        client={client}
        scopeName={scopeName}
        isLoading={isPending}
        error={error}
        onEdit={mayUpdate ? setEdited : null}
      />
      {data && <ClientStates configuration={data} />}
      {edited && <SettingDialog key={edited.key.key} row={edited} client={client} scopeName={scopeName} onClose={() => setEdited(null)} />}
    </PageFrame>
  );
}
