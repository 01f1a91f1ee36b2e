import Link from "next/link";

import { MessagePage } from "@/components/message-page";

export default function NotFound() {
  return (
    <MessagePage code="404" title="There is nothing here" text="The address may be wrong, or the client was removed.">
      <Link href="/" className="text-accent underline underline-offset-4">
        Back to the live view
      </Link>
    </MessagePage>
  );
}
