"""Letters as members find them in the folder of the file sink; an SMTP server that misbehaves."""
import email
import email.policy
import re
import socket
import threading

from api_world import World
from harness import wait_until


class MailWorld(World):
    """A house whose letters are read."""

    def letters(self, to=None, kind=None):
        """All letters sent so far, oldest first; kind: a word of the subject."""
        found = []
        for path in sorted((self.folder / "mail").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to is None or str(message["To"]).strip("<>").lower() == to.lower():
                if kind is None or kind in message["Subject"]:
                    found.append(message)
        return found

    def letter(self, to, kind, n=1):
        """The newest letter of n, once there are so many."""
        wait_until(lambda: len(self.letters(to, kind)) >= n, f"a letter '{kind}' to {to}")
        found = self.letters(to, kind)
        assert len(found) == n, [m["Subject"] for m in found]
        return found[-1]

    def token(self, to, kind, n=1):
        """What stands behind the # of the one link to a page that takes a token."""
        text = self.letter(to, kind, n).get_content()
        links = re.findall(r"http://\S+/(verify|reset)#([A-Za-z0-9_-]{43})\s", text)
        assert len(links) == 1, text
        return links[0][1]

    def outbox(self, *args):
        return self.run("mail", "list", "--json", *args).ok().json()["items"]


class Smtp:
    """An SMTP server. How it treats each message, in order: "take", "later" (451 to RCPT),
    "refuse" (550 to RCPT), "drop" (hangs up after DATA), "swallow" (takes it and hangs up before
    saying so), "refuse-data" (554 to DATA), "slow" (takes it after a while); then "take"."""

    def __init__(self, *plan):
        self.plan = list(plan)
        self.taken = []  # (recipient, message bytes) that were answered with 250
        self.swallowed = []
        self.tries = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def close(self):
        self.is_open = False
        self.listener.close()

    def _accept(self):
        while self.is_open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _next(self):
        with self.lock:
            self.tries += 1
            return self.plan.pop(0) if self.plan else "take"

    def _talk(self, connection):
        with connection, connection.makefile("rb") as lines:
            try:
                self._session(connection, lines)
            except OSError:
                pass

    def _session(self, connection, lines):
        def say(text):
            connection.sendall(text.encode() + b"\r\n")

        say("220 double ESMTP")
        how, recipient = "take", None
        for line in lines:
            verb = line[:4].upper()
            if verb == b"EHLO":
                say("250-double\r\n250 8BITMIME")
            elif verb == b"MAIL":
                how = self._next()
                say("250 ok")
            elif verb == b"RCPT":
                recipient = line[line.index(b"<") + 1:line.index(b">")].decode()
                say({"later": "451 later", "refuse": "550 nobody"}.get(how, "250 ok"))
            elif verb == b"DATA":
                if how == "refuse-data":
                    say("554 no")
                    continue
                say("354 go on")
                if how == "drop":
                    return
                message = b"".join(iter(lines.readline, b".\r\n"))
                if how == "swallow":
                    self.swallowed.append((recipient, message))
                    return
                if how == "slow":
                    threading.Event().wait(2)
                self.taken.append((recipient, message))
                say("250 taken")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")
