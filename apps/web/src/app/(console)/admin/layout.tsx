import { AreaNav } from "@/features/administration/area-nav";
import { AreaGuard } from "@/features/administration/area-guard";

export default function AdministrationLayout({ children }: LayoutProps<"/admin">) {
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
      <AreaNav />
      <div className="mx-auto grid w-full max-w-6xl min-w-0 content-start gap-5 px-4 py-6 lg:px-8">
        <AreaGuard>{children}</AreaGuard>
      </div>
    </div>
  );
}
