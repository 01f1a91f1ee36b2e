import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <div className="grid gap-3 p-4" aria-busy="true" aria-label="Loading">
      <Skeleton className="h-24" />
      <Skeleton className="h-80" />
    </div>
  );
}
