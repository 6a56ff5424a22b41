"""Where keys lie that should lie nowhere: files, logs, and what a core dump would hold."""
import base64
import contextlib
import os
import pathlib
import re
import subprocess


def dumped_memory(pid):
    """What a core dump of the process would hold: all that may be written, but for what the kernel
    was told to leave out. Pages of less than ten different bytes hold no key."""
    wanted, span = [], None
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line)
        if head:
            span = (int(head[1], 16), int(head[2], 16), head[3])
        elif line.startswith("VmFlags:") and "dd" not in line.split() and "w" in span[2]:
            wanted.append(span[:2])
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for begin, end in wanted:
            for at in range(begin, end, 1 << 20):
                with contextlib.suppress(OSError):
                    memory.seek(at)
                    part = memory.read(min(1 << 20, end - at))
                    found += [page for page in (part[i:i + 4096] for i in range(0, len(part), 4096))
                              if page.count(0) < 4080 and len(set(page)) >= 10]
                    found.append(b"/")  # what follows is elsewhere
    return [b"".join(found)]


def forms(key):
    raw = bytes.fromhex(key)
    plain = base64.b64encode(raw).rstrip(b"=")
    return {raw, key.encode(), key.upper().encode(), plain,
            plain.replace(b"+", b"-").replace(b"/", b"_")}


def found_in(paths, wanted, folder):
    """The paths in which one of the texts is. grep looks for all of them in one pass; the few that
    would end a line of its list are looked for here."""
    plain = [form for form in wanted if b"\n" not in form and b"\0" not in form]
    (folder / "forms").write_bytes(b"\n".join(plain) + b"\n")
    out = subprocess.run(["grep", "-a", "-l", "-F", "-f", folder / "forms", *paths],
                         env={**os.environ, "LC_ALL": "C"}, capture_output=True, timeout=300)
    assert out.returncode in (0, 1), out.stderr
    odd = [form for form in wanted if form not in set(plain)]
    return {*out.stdout.decode().split("\n")} - {""} | {
        str(path) for path in paths if any(form in path.read_bytes() for form in odd)}
