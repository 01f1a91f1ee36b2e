"use client";

import { MessagePage } from "@/components/message-page";
import { Button } from "@/components/ui/button";

export default function ErrorPage({ error, reset }: { readonly error: Error & { digest?: string }; readonly reset: () => void }) {
  return (
    <MessagePage
      code={error.digest ? `500 · ${error.digest}` : "500"}
      title="This page could not be shown"
      text="The server had a problem, or it can't reach the API. Clients keep what they record in the meantime."
    >
      <Button look="primary" onClick={reset}>
        Try again
      </Button>
    </MessagePage>
  );
}
