"use client";

import { MessagePage } from "@/components/message-page";

import "./globals.css";

export default function GlobalError() {
  return (
    <html lang="en" className="dark">
      <body>
        <MessagePage code="500" title="The dashboard could not start" text="Reload the page. If it stays like this, look at the web server's log." />
      </body>
    </html>
  );
}
