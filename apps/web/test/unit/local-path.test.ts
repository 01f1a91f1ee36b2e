import { describe, expect, it } from "vitest";

import { localPath } from "@/lib/local-path";

describe("[F2] where a log-in leads", () => {
  it.each(["/", "/clients/press-7", "/clients/press-7?metric=a//b#c", "/admin/users/", "/clients/%2Fa", "/?next=/x"])("leads to %j", (path) => {
    expect(localPath(path)).toBe(path);
  });

  it.each(["", "clients", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/..//evil.example", "/a\\..//evil", "https://evil.example", "javascript:alert(1)", ["/a", "/b"], undefined])("never leads to %j", (path) => {
    expect(localPath(path)).toBe("/");
  });
});
