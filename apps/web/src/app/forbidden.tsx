import Link from "next/link";

import { MessagePage } from "@/components/message-page";

export default function Forbidden() {
  return (
    <MessagePage code="403" title="You may not see this" text="Your account has no permission for this page. Ask an administrator if you need it.">
      <Link href="/" className="text-accent underline underline-offset-4">
        Back to the live view
      </Link>
    </MessagePage>
  );
}
