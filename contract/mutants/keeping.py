"""Patterns of codings and the cache."""

from contract.mutants.mutant import CACHE, CODINGS, HTTP, SERVE, Mutant

KEEPING = (
    Mutant(
        "a coding has a tag of its own",
        "api/views/tagging.py",
        "format_name, data, coding, *named, *beside)",
        "format_name, data, *named, *beside)",
        CODINGS,
    ),
    Mutant(
        "caches are told that the coding was chosen",
        "api/wire/encoding.py",
        '        answer.headers.append(("Vary", f"{varies}, Accept-Encoding".lstrip(", ")))\n',
        "        pass\n",
        CODINGS,
    ),
    Mutant(
        "the cache forgets when the data move",
        "api/wire/cache.py",
        "if state is None or state != self._state:",
        "if state is None:",
        CACHE,
    ),
    Mutant(
        "the cache keeps nothing that was made while the data moved",
        "api/wire/cache.py",
        """            if state != self._state:
                return
""",
        "",
        CACHE,
    ),
    Mutant(
        "the cache tells formats apart",
        "api/wire/cache.py",
        '        environ.get("HTTP_ACCEPT"),\n',
        "        None,\n",
        f"{CACHE} {HTTP}",
    ),
    Mutant(
        "the cache tells codings apart",
        "api/wire/cache.py",
        '        environ.get("HTTP_ACCEPT_ENCODING"),\n',
        "        None,\n",
        f"{CACHE} {CODINGS}",
    ),
    Mutant(
        "the cache gives each answer its own id",
        "api/wire/cache.py",
        'self.headers = [header for header in headers if header[0] != "X-Request-Id"]',
        "self.headers = list(headers)",
        CACHE,
    ),
    Mutant(
        "the cache ends somewhere",
        "api/wire/cache.py",
        "            while self._size > self._capacity:",
        "            while False:",
        CACHE,
    ),
    Mutant(
        "the cache is not flooded by what is asked once",
        "api/wire/cache.py",
        "                if found.asked_again:",
        "                if False:",
        CACHE,
    ),
    Mutant(
        "the cache keeps no problem",
        "api/wire/cache.py",
        'if answer.status.startswith("200") and self._is_wanted(key)',
        "if self._is_wanted(key)",
        CACHE,
    ),
    Mutant(
        "what is at hand has no body for HEAD",
        "api/wire/cache.py",
        'body = b"" if environ["REQUEST_METHOD"] == "HEAD" else entry.body',
        "body = entry.body",
        f"{CACHE} {SERVE}",
    ),
    Mutant(
        "what one wants of an answer is the application's to see",
        "api/wire/cache.py",
        '        and "HTTP_IF_MATCH" not in environ\n',
        "",
        f"{CACHE} {SERVE}",
    ),
    Mutant(
        "what is at hand is sent as it was found",
        "api/cli/server.py",
        "            protocol.response_bytes(*found)\n",
        "            protocol.response_bytes(200, *found[1:])\n",
        SERVE,
    ),
    Mutant(
        "who comes late waits for the one that looks",
        "api/wire/cache.py",
        "blocking=is_late",
        "blocking=False",
        CACHE,
    ),
    Mutant(
        "workers hear of their parent's end",
        "api/cli/server.py",
        "        hear_of_the_parents_end(TO_A_WORKER)\n",
        "",
        SERVE,
    ),
)
