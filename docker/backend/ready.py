"""`ready.py URL [CA_FILE]`: exit code 0 when the address answers that it is ready, else 1 with the reason."""

import ssl
import sys
import urllib.request

WITHIN_S = 4


def main(url: str, ca_file: str | None = None) -> int:
    """Asks once; an https address is checked against `ca_file` alone."""
    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    try:
        urllib.request.urlopen(url, timeout=WITHIN_S, context=context).close()
    except OSError as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
