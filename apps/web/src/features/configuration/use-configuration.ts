"use client";

import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

import { configurationApi, type Configuration } from "@/lib/api/configuration";
import { useStatuses } from "@/lib/live/provider";
import { CONFIGURATION } from "@/lib/replicated";

/** The configuration, read again whenever a client says that another revision is in effect. */
export function useConfiguration(): UseQueryResult<Configuration> {
  const queries = useQueryClient();
  const heard = useStatuses()
    .map(({ id, configRevision }) => `${id} ${configRevision}`)
    .join("\n");
  useEffect(() => void queries.invalidateQueries({ queryKey: [CONFIGURATION] }), [heard, queries]);
  return useQuery({
    queryKey: [CONFIGURATION],
    queryFn: ({ signal }) => configurationApi.show(signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
