import type { Metadata } from "next";

import { OwnSessions } from "@/features/sessions/own-sessions";

export const metadata: Metadata = { title: "Your sessions" };

export default function OwnSessionsPage() {
  return <OwnSessions />;
}
