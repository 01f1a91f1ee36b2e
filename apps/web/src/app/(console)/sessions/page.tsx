import type { Metadata } from "next";

import { SessionList } from "@/features/sessions/session-list";

export const metadata: Metadata = { title: "Your sessions" };

export default function OwnSessionsPage() {
  return (
    <div className="mx-auto grid w-full max-w-4xl content-start gap-5 px-4 py-6">
      <SessionList isOwn />
    </div>
  );
}
