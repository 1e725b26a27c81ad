"""Fetches a URL to the end of a file, from where that ends: fetch.py URL FILE. Or its checksum: fetch.py --sha256 FILE."""
import hashlib
import os
import sys
import urllib.error
import urllib.request

BLOCK = 1 << 16


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def fetch(url, path):
    have = os.path.getsize(path) if os.path.exists(path) else 0
    request = urllib.request.Request(url, headers={"Range": "bytes=%d-" % have} if have else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        # 200 for a server that knows no ranges, and files: all of it comes.
        with open(path, "ab" if getattr(answer, "status", 200) == 206 else "wb") as file:
            left = int(answer.headers.get("Content-Length") or 0)
            for block in iter(lambda: answer.read(BLOCK), b""):
                file.write(block)
                left -= len(block)
    if left > 0:
        raise OSError("the server ended %d bytes too early" % left)


try:
    if sys.argv[1] == "--sha256":
        print(sha256(sys.argv[2]))
    else:
        fetch(sys.argv[1], sys.argv[2])
except (OSError, urllib.error.URLError) as failure:
    sys.exit(str(failure))
