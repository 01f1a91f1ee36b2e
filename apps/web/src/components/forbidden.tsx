import Link from "next/link";

/** In place of a page that the visitor may not see. */
export function Forbidden() {
  return (
    <div className="mx-auto w-full max-w-md px-4 py-16">
      <p className="numeric text-sm text-accent">403</p>
      <h1 className="mt-2 text-2xl font-semibold tracking-tight">You may not see this</h1>
      <p className="mt-3 text-ink-2">Your account has no permission for this page. Ask an administrator if you need it.</p>
      <Link href="/" className="mt-6 inline-block text-accent underline underline-offset-4">
        Back to the live view
      </Link>
    </div>
  );
}
