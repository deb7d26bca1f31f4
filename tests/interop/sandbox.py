"""The sandbox, started on free ports, and its control address."""

import json
import os
import subprocess
import tempfile
import threading
import urllib.request

START_LIMIT_S = 20


class Sandbox:
    """One running sandbox; a context manager that stops it."""

    def __enter__(self):
        program = os.environ.get("SANDBOX")
        if not program:
            raise SystemExit("SANDBOX is not set to the path of the built sandbox; ./build.sh interop does that")
        self._data = tempfile.TemporaryDirectory(prefix="mxs-interop-")
        # The tab is served from a folder that needn't be there: nobody opens it.
        arguments = ["--port", "0", "--tab", self._data.name, "--data", os.path.join(self._data.name, "function")]
        self._process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        limit = threading.Timer(START_LIMIT_S, self._process.kill)
        limit.start()
        said = []
        for line in self._process.stdout:
            said.append(line)
            if line.startswith("ready: "):
                break
        else:
            self.__exit__()
            raise SystemExit(f"the sandbox did not start:\n{''.join(said)}")
        limit.cancel()
        # Nobody reads on, and a full pipe would stop it.
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        self.crm = line.split()[1]
        mailbox = ask("GET", f"{self.crm}/host/session")["addresses"]["mailbox"]
        self.microsoft = "/".join(mailbox.split("/")[:3])
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._data.cleanup()

    def get(self, path):
        return ask("GET", f"{self.microsoft}/sandbox{path}")

    def post(self, path, body):
        return ask("POST", f"{self.microsoft}/sandbox{path}", body)

    def put(self, path, body):
        return ask("PUT", f"{self.microsoft}/sandbox{path}", body)

    def reset(self):
        """A fresh world."""
        self.post("/reset", {"seed": "empty"})

    def person(self, given):
        """Somebody by given name, as in the address: `userPrincipalName` and `password`."""
        people = self.get("/info")["microsoft"]["users"]
        return next(person for person in people if person["userPrincipalName"].startswith(f"{given}."))

    def outbox(self):
        """What the world would have mailed to people."""
        return self.get("/state")["outbox"]


def ask(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
        text = answer.read()
        return json.loads(text) if text else None
