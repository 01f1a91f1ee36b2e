import { AdminMenu } from "@/app/(console)/admin/admin-menu";

export default function AdminLayout({ children }: LayoutProps<"/admin">) {
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
      <AdminMenu />
      <div className="flex min-w-0 flex-1 flex-col">{children}</div>
    </div>
  );
}
