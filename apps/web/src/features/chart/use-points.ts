"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { allowedSilenceUs, chartData, merged, pointOfHistory, pointOfSample, type ChartData, type ChartPoint } from "@/features/chart/series";
import { clientApi } from "@/lib/api/clients";
import type { Metric } from "@/lib/contract";
import { isSyncing } from "@/lib/live/backlog";
import { useLink, useLive, useStatus } from "@/lib/live/provider";

const MAX_POINTS = 600;
const REDRAW_MS = 250;
const REFETCH_AFTER_LATE_MS = 1500;
/** The hub writes a change of contact down a moment after it tells it. */
const REFETCH_AFTER_CHANGE_MS = 500;
const MOST_ARRIVED = 20_000;

interface View {
  readonly toUs: bigint;
  readonly arrived: readonly ChartPoint[];
}

export interface ChartContent {
  readonly data: ChartData;
  readonly points: readonly ChartPoint[];
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly isLoading: boolean;
  readonly error: Error | null;
}

/** The points of one metric over the last `spanMs`: history once, then each sample as it comes; history again after a gap. */
export function usePoints(client: string, metric: Metric, spanMs: number): ChartContent {
  const { store, clock } = useLive();
  const online = useLink().phase === "online";
  const status = useStatus(client);
  const nowUs = useCallback(() => clock.hubUs(store.now()) ?? BigInt(Date.now()) * 1000n, [clock, store]);
  const [{ toUs, arrived }, setView] = useState<View>(() => ({ toUs: nowUs(), arrived: [] }));
  const buffer = useRef<ChartPoint[]>([]);
  const spanUs = BigInt(spanMs) * 1000n;

  const history = useQuery({
    queryKey: ["history", client, metric.name, spanMs],
    queryFn: ({ signal }) => {
      const now = nowUs();
      return clientApi.history({ client, metric: metric.name, fromUs: now - spanUs, toUs: now + 1_000_000n, maxPoints: MAX_POINTS }, signal);
    },
    staleTime: 10_000,
  });
  const { refetch } = history;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    buffer.current = [];
    const remove = store.onSample(client, metric.name, (sample, late) => {
      buffer.current.push(pointOfSample(sample, late));
      if (buffer.current.length > MOST_ARRIVED) buffer.current.splice(0, MOST_ARRIVED / 2);
      if (late) timer ??= setTimeout(() => void refetch().then(() => (timer = undefined)), REFETCH_AFTER_LATE_MS);
    });
    return () => {
      remove();
      clearTimeout(timer);
    };
  }, [store, client, metric.name, refetch]);

  useEffect(() => {
    const timer = setInterval(() => setView({ toUs: nowUs(), arrived: [...buffer.current] }), REDRAW_MS);
    return () => clearInterval(timer);
  }, [nowUs]);

  const wasOnline = useRef(online);
  useEffect(() => {
    if (online && !wasOnline.current) void refetch();
    wasOnline.current = online;
  }, [online, refetch]);

  const news = `${status?.connected} ${status?.lost} ${status?.missing}`;
  const lastNews = useRef(news);
  useEffect(() => {
    if (lastNews.current === news) return;
    lastNews.current = news;
    const timer = setTimeout(() => void refetch(), REFETCH_AFTER_CHANGE_MS);
    return () => clearTimeout(timer);
  }, [news, refetch]);

  const isDraining = status ? isSyncing(status) : false;
  const clockOffsetUs = status?.clockOffsetUs ?? 0n;
  return useMemo(() => {
    const fromUs = toUs - spanUs;
    const points = merged((history.data?.points ?? []).map(pointOfHistory), arrived, fromUs);
    const known = { losses: history.data?.gaps ?? [], absences: history.data?.absences ?? [], isDraining };
    const endUs = online && history.data ? toUs + clockOffsetUs : null;
    const data = chartData(points, known, { fromUs, endUs, silenceUs: allowedSilenceUs(metric.intervalMs, spanUs, MAX_POINTS) });
    return { data, points, fromUs, toUs, isLoading: history.isPending, error: history.error };
  }, [history.data, history.isPending, history.error, metric.intervalMs, spanUs, toUs, arrived, isDraining, online, clockOffsetUs]);
}
